import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deployableConfig } from '../support/deployable-config.ts';
import { allOf, only, synthesised, textOf } from './synthesised.ts';

const GROUP = 'aws-controltower/CloudTrailLogs';

function rotator(roles: Parameters<typeof deployableConfig>[0] = {}) {
  const deployment = { ...roles.deployment, cloudTrailLogGroup: GROUP };
  return synthesised(deployableConfig({ ...roles, deployment })).get('keysweep-rotator');
}

describe('the alarm for activated keys', () => {
  it('is for a log group with the CloudTrail events of the organization', () => {
    const stack = rotator();
    expect(only(stack, 'aws_cloudwatch_log_metric_filter')).toMatchObject({
      log_group_name: GROUP,
      pattern:
        '{ ($.eventSource = "iam.amazonaws.com") && ($.eventName = "UpdateAccessKey") && ' +
        '($.requestParameters.status = "Active") && ($.errorCode NOT EXISTS) && ' +
        '($.userIdentity.sessionContext.sessionIssuer.userName = "KeysweepRotation") }',
      metric_transformation: { namespace: 'keysweep', name: 'KeysActivated', value: '1' },
    });
    const alarm = allOf(stack, 'aws_cloudwatch_metric_alarm').find(
      ({ alarm_name: name }) => name === 'keysweep-key-activated',
    );
    expect(alarm).toMatchObject({
      namespace: 'keysweep',
      metric_name: 'KeysActivated',
      statistic: 'Sum',
      threshold: 1,
      treat_missing_data: 'notBreaching',
    });
    expect(textOf(alarm, 'alarm_description')).toContain('keysweep runs');
    expect(alarm?.dimensions ?? {}).toEqual({});
  });

  it('is for every rotation role, each once', () => {
    const overrides = ['Legacy', 'Legacy', 'KeysweepRotation'].map((name, index) => ({
      accounts: [`20000000000${index}`],
      rotationRole: { name },
    }));
    const { pattern } = only(rotator({ config: { overrides } }), 'aws_cloudwatch_log_metric_filter');
    const issuer = '$.userIdentity.sessionContext.sessionIssuer.userName';
    expect(pattern).toContain(`&& ((${issuer} = "KeysweepRotation") || (${issuer} = "Legacy")) }`);
  });

  it('does not exist without such a group', () => {
    const stack = synthesised(deployableConfig()).get('keysweep-rotator');
    expect(allOf(stack, 'aws_cloudwatch_log_metric_filter')).toEqual([]);
  });
});

/** As EventBridge does, as far as the example needs it. */
function matches(pattern: unknown, event: unknown): boolean {
  return Object.entries(pattern as Record<string, unknown>).every(([name, expected]) => {
    const value = (event as Record<string, unknown> | undefined)?.[name];
    if (!Array.isArray(expected)) return matches(expected, value);
    return expected.some((one: unknown) =>
      typeof one === 'string' ? one === value : (one as { exists: boolean }).exists === (value !== undefined),
    );
  });
}

describe('the example of an event pattern', () => {
  const file = join(import.meta.dirname, '../../docs/examples/key-activated.event-pattern.json');
  const pattern = JSON.parse(readFileSync(file, 'utf8')) as unknown;
  const event = (status: string, role = 'KeysweepRotation', more: object = {}) => ({
    source: 'aws.iam',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventSource: 'iam.amazonaws.com',
      eventName: 'UpdateAccessKey',
      requestParameters: { userName: 'ada', accessKeyId: 'AKIA1', status },
      userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { userName: role } } },
      ...more,
    },
  });

  it.each([
    ['an activation', event('Active'), true],
    ['a deactivation', event('Inactive'), false],
    ['an activation by another role', event('Active', 'Administrator'), false],
    ['an activation that was denied', event('Active', undefined, { errorCode: 'AccessDenied' }), false],
    ['a deletion', event('Active', undefined, { eventName: 'DeleteAccessKey' }), false],
  ])('%s: %#', (_, of, expected) => {
    expect(matches(pattern, of)).toBe(expected);
  });
});
