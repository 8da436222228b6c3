import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { exposedKeys, guardDutyFinding } from '../support/leak-events.ts';
import { allOf, documentOf, type JsonObject, synthesised, textOf } from './synthesised.ts';

const FINDING = 'UnauthorizedAccess:IAMUser/MaliciousIPCaller';
const rotatorOf = (leaks: ConfigInput['leaks'], region = 'eu-central-1') =>
  synthesised(deployableConfig({ config: { leaks }, deployment: { region } })).get('keysweep-rotator');

const stack = rotatorOf({ guardDutyFindings: [FINDING] });
const rules = allOf(stack, 'aws_cloudwatch_event_rule');
const here = rules.filter(({ provider }) => provider === undefined);
const there = rules.filter(({ provider }) => provider !== undefined);
const patternOf = (rule: JsonObject) => JSON.parse(textOf(rule, 'event_pattern')) as Pattern;

/** Of literals and prefixes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
type Pattern = { readonly [name: string]: Pattern | readonly (string | { readonly prefix: string })[] };

function matches(pattern: Pattern, event: object): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value: unknown = Reflect.get(event, name);
    if (!Array.isArray(wanted)) return matches(wanted as Pattern, Object(value) as object);
    return (wanted as (string | { prefix: string })[]).some((one) =>
      typeof one === 'string' ? one === value : String(value).startsWith(one.prefix),
    );
  });
}

const started = (event: object) => here.filter((rule) => matches(patternOf(rule), event)).length;
const functions = (of: typeof stack) =>
  allOf(of, 'aws_lambda_function').map(({ function_name: name }) => name);

describe('leaks in accounts.json', () => {
  it('deploys nothing when it is omitted', () => {
    const without = rotatorOf(undefined);
    expect(functions(without)).toEqual(['keysweep-rotator']);
    expect(JSON.stringify(without)).not.toMatch(/keysweep-(leaks|leak-|leaked|exposed|guardduty|forward)/);
    expect(documentOf(allOf(without, 'aws_sqs_queue_policy')[0] ?? {}, 'policy').Statement).toHaveLength(1);
  });

  it('deploys a function of its own, which is repeated, and gives up to the dead-letter queue', () => {
    expect(functions(stack)).toEqual(expect.arrayContaining(['keysweep-rotator', 'keysweep-leaks']));
    const leaks = allOf(stack, 'aws_lambda_function').find((one) => one.function_name === 'keysweep-leaks');
    expect(leaks).toMatchObject({ handler: 'lambda.leaks', timeout: 900 });
    expect(leaks).not.toHaveProperty('reserved_concurrent_executions');
    const retries = allOf(stack, 'aws_lambda_function_event_invoke_config');
    expect(retries.map((one) => one.maximum_retry_attempts).toSorted()).toEqual([0, 2]);
    const repeated = retries.find((one) => one.maximum_retry_attempts === 2);
    expect(JSON.stringify(repeated?.destination_config)).toContain('aws_sqs_queue.dead-letters.arn');
  });

  it('starts it for what AWS reports about access keys, and for nothing else', () => {
    const { detail, ...event } = exposedKeys(['AKIAIOSFODNN7EXAMPLE']);
    const finding = guardDutyFinding('AKIAIOSFODNN7EXAMPLE');
    expect(started({ ...event, detail })).toBe(1);
    expect(started(finding)).toBe(1);
    expect(started({ ...event, detail: { ...detail, eventTypeCode: 'AWS_EC2_ISSUE' } })).toBe(0);
    expect(started({ ...event, detail, source: 'custom.health' })).toBe(0);
    expect(started({ ...finding, detail: { ...finding.detail, type: 'Policy:IAMUser/Root' } })).toBe(0);
    expect(started(guardDutyFinding('ASIAIOSFODNN7EXAMPLE'))).toBe(0);
    const [target] = allOf(stack, 'aws_cloudwatch_event_target');
    expect(JSON.stringify(target?.dead_letter_config)).toContain('aws_sqs_queue.dead-letters.arn');
  });

  it('has no rule for GuardDuty unless findings are named', () => {
    const names = allOf(rotatorOf({}), 'aws_cloudwatch_event_rule').map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(['keysweep-exposed-keys']));
  });

  it('lets each rule, by its ARN, start only this function and use the queue', () => {
    const permissions = allOf(stack, 'aws_lambda_permission');
    expect(permissions).toHaveLength(here.length);
    for (const permission of permissions) {
      expect(permission).toMatchObject({
        action: 'lambda:InvokeFunction',
        function_name: '${aws_lambda_function.leaks.function_name}',
        principal: 'events.amazonaws.com',
        source_account: '111111111111',
      });
      expect(permission.source_arn).toMatch(/^\$\{aws_cloudwatch_event_rule\.[\w-]+\.arn\}$/);
    }
    const [policy = {}] = allOf(stack, 'aws_sqs_queue_policy');
    expect(documentOf(policy, 'policy').Statement).toContainEqual(
      expect.objectContaining({
        Principal: { Service: 'events.amazonaws.com' },
        Condition: {
          ArnEquals: {
            'aws:SourceArn': here.map(
              (rule) => `arn:aws:events:eu-central-1:111111111111:rule/${textOf(rule, 'name')}`,
            ),
          },
        },
      }),
    );
  });

  it('forwards from the Region where Health delivers, to the default bus here, and nothing more', () => {
    expect(there).toMatchObject([{ provider: 'aws.us_east_1', name: 'keysweep-exposed-keys' }]);
    expect(there.map(patternOf)).toEqual([patternOf(here[0] ?? {})]);
    const forwarding = allOf(stack, 'aws_cloudwatch_event_target').filter(({ provider }) => provider);
    const bus = 'arn:aws:events:eu-central-1:111111111111:event-bus/default';
    expect(forwarding).toMatchObject([{ provider: 'aws.us_east_1', arn: bus }]);
    const role = stack?.resource?.aws_iam_role?.['forward-role'] ?? {};
    expect(documentOf(role, 'assume_role_policy').Statement).toMatchObject([
      {
        Principal: { Service: 'events.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: {
            'aws:SourceArn': ['arn:aws:events:us-east-1:111111111111:rule/keysweep-exposed-keys'],
          },
        },
      },
    ]);
    const permissions = stack?.resource?.aws_iam_role_policy?.['forward-role-permissions'] ?? {};
    expect(documentOf(permissions, 'policy').Statement).toMatchObject([
      { Effect: 'Allow', Action: ['events:PutEvents'], Resource: [bus] },
    ]);
  });

  it.each([
    ['us-east-1', undefined],
    ['us-west-2', undefined],
    ['us-gov-west-1', undefined],
    ['us-gov-east-1', 'aws.us_gov_west_1'],
    ['cn-north-1', 'aws.cn_northwest_1'],
    ['eusc-de-east-1', undefined],
  ])('in %s forwards from %s', (region, provider) => {
    const forwarded = allOf(rotatorOf({}, region), 'aws_cloudwatch_event_rule').flatMap((rule) =>
      rule.provider === undefined ? [] : [rule.provider],
    );
    expect(forwarded).toEqual(provider === undefined ? [] : [provider]);
  });

  it('adds alarms, to the dashboard too', () => {
    const names = allOf(stack, 'aws_cloudwatch_metric_alarm').map((alarm) => alarm.alarm_name);
    for (const name of ['keysweep-leaked-key-live', 'keysweep-leak-failed']) {
      expect(names).toContain(name);
      expect(JSON.stringify(allOf(stack, 'aws_cloudwatch_dashboard'))).toContain(name);
    }
  });
});
