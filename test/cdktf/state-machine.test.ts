import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { stateMachinePermissions } from '../../cdktf/permissions/state-machine-role.ts';
import { definition, type State } from '../../cdktf/state-machine/definition.ts';
import { NO_RETRY } from '../../cdktf/state-machine/retries.ts';
import type { DeploymentInput } from '../../src/config/deployment-schema.ts';
import { deploymentNames } from '../../src/deployment/names.ts';
import * as errors from '../../src/batches/errors.ts';
import { parseStep } from '../../src/batches/step.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { allOf, only, synthesised, textOf } from './synthesised.ts';

/** CommonJS without types: https://github.com/ChristopheBougere/asl-validator */
const validate = createRequire(import.meta.url)('asl-validator') as (
  definition: object,
  options: { readonly checkArn: boolean; readonly checkPaths: boolean },
) => { readonly isValid: boolean; readonly errors: readonly unknown[] };

const configOf = (deployment: Partial<DeploymentInput> = {}) =>
  deployableConfig({ deployment: { engine: 'step-functions', ...deployment } });

const states = definition(configOf()).States;

/** Child states included. */
function allStates(of: Readonly<Record<string, State>>): [string, State][] {
  return Object.entries(of).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...allStates((state.ItemProcessor as { States: Record<string, State> } | undefined)?.States ?? {}),
  ]);
}

const tasks = allStates(states).filter(([, { Type }]) => Type === 'Task');
const payloadOf = (state: State) => (state.Parameters as { Payload: Record<string, unknown> }).Payload;

describe('the state machine', () => {
  it.each(['eu-central-1', 'cn-north-1', 'us-gov-west-1'])('is valid in %s', (region) => {
    // The validator changes its argument.
    const copy = structuredClone(definition(configOf({ region })));
    expect(validate(copy, { checkArn: true, checkPaths: true })).toMatchObject({ isValid: true, errors: [] });
  });

  it('always runs Conclude', () => {
    for (const [name, state] of Object.entries(states)) {
      if (name === 'Conclude' || !['Task', 'Map'].includes(String(state.Type))) continue;
      expect(state.Catch, name).toEqual([
        { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Conclude' },
      ]);
    }
  });

  it('isolates failed children, and limits their concurrency', () => {
    const config = configOf({ stepFunctions: { maxConcurrency: 7 } });
    const maps = Object.values(definition(config).States).filter(({ Type }) => Type === 'Map');
    expect(maps).toHaveLength(2);
    for (const map of maps) {
      expect(map).toMatchObject({ MaxConcurrency: 7, ToleratedFailurePercentage: 100 });
      expect(map.ItemProcessor).toMatchObject({
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      });
    }
  });

  it('waits longer for a task than a Lambda can run, and retries each', () => {
    expect(tasks).toHaveLength(7);
    for (const [name, { TimeoutSeconds, Retry }] of tasks) {
      expect(TimeoutSeconds, name).toBeGreaterThan(900);
      expect((Retry as { ErrorEquals: string[] }[]).map(({ ErrorEquals }) => ErrorEquals.at(-1))).toEqual([
        ...NO_RETRY.ErrorEquals.slice(-1),
        'Lambda.TooManyRequestsException',
        'Lambda.SdkClientException',
        'States.ALL',
      ]);
    }
  });

  it('does not retry errors that would occur again, by their actual names', () => {
    // Only an abandoned attempt fails like this, and nothing waits for it.
    const ours = Object.values(errors).filter((type) => type !== errors.RunEndedError);
    const names = ours.map((type) => new type('').name);
    expect(names).toEqual(expect.arrayContaining(['InvalidStepError', 'NotApprovedError']));
    expect(NO_RETRY.ErrorEquals).toEqual(expect.arrayContaining(names));
  });

  it('sends the worker only steps that it knows', () => {
    const known: Record<string, unknown> = {
      'runId.$': ['runId', '20261127T225500Z-1a2b3c'],
      'batch.$': ['batch', 1],
      'batches.$': ['batches', 3],
      'error.$': ['error', { Error: 'States.Timeout', Cause: '' }],
      'execution.$': ['execution', { Id: 'arn', Name: 'sweep-1', StartTime: '2026-11-27T22:55:00.123Z' }],
      'start.$': ['start', { mode: 'sweep' }],
      'state.$': ['state', { runId: '20261127T225500Z-1a2b3c', batches: 3 }],
    };
    const sent = tasks.map(([, state]) =>
      Object.fromEntries(
        Object.entries(payloadOf(state)).map((entry) => (known[entry[0]] ?? entry) as [string, unknown]),
      ),
    );
    expect(sent.map((payload) => parseStep(payload).step)).toEqual([
      'begin',
      'plan',
      'give-up',
      'check-limits',
      'apply',
      'give-up',
      'conclude',
    ]);
  });

  it('exists only with the engine step-functions, with worker and alarms', () => {
    const names = deploymentNames(configOf().deployment);
    const without = synthesised(deployableConfig()).get(names.rotatorStack);
    expect(allOf(without, 'aws_sfn_state_machine')).toEqual([]);
    expect(allOf(without, 'aws_lambda_function')).toHaveLength(1);

    const stack = synthesised(configOf()).get(names.rotatorStack);
    const machine = only(stack, 'aws_sfn_state_machine');
    expect(JSON.parse(textOf(machine, 'definition'))).toEqual(definition(configOf()));
    const worker = allOf(stack, 'aws_lambda_function').find(({ handler }) => handler === 'lambda.worker');
    expect(worker).toMatchObject({ function_name: names.workerName, timeout: 900 });
    const watched = allOf(stack, 'aws_cloudwatch_metric_alarm').filter(
      ({ namespace }) => namespace === 'AWS/States',
    );
    expect(watched.map(({ metric_name: name }) => name).toSorted()).toEqual([
      'ExecutionsAborted',
      'ExecutionsFailed',
      'ExecutionsTimedOut',
    ]);
    for (const alarm of watched)
      expect(alarm).toMatchObject({
        alarm_actions: ['${aws_sns_topic.alarms.arn}'],
        ok_actions: ['${aws_sns_topic.alarms.arn}'],
        dimensions: { StateMachineArn: names.stateMachineArn },
      });
  });

  it('has its alarms on the dashboard', () => {
    const stack = synthesised(configOf()).get('keysweep-rotator');
    const body = textOf(only(stack, 'aws_cloudwatch_dashboard'), 'dashboard_body');
    for (const one of allOf(stack, 'aws_cloudwatch_metric_alarm'))
      expect(body).toContain(`:alarm:${textOf(one, 'alarm_name')}"`);
  });

  it('has exactly the permissions of its definition', () => {
    const config = configOf();
    const { partition } = deploymentNames(config.deployment);
    const used = new Set(
      allStates(states).flatMap(([, state]) =>
        [state, state.ItemReader, state.ResultWriter]
          .map((part) => (part as State | undefined)?.Resource)
          .filter((resource) => resource !== undefined),
      ),
    );
    expect([...used].toSorted()).toEqual(
      ['lambda:invoke', 's3:getObject', 's3:putObject'].map((call) => `arn:${partition}:states:::${call}`),
    );
    const actions = stateMachinePermissions(config).Statement.flatMap(({ Action }) => Action);
    // From the documented policy for a Distributed Map.
    expect([...new Set(actions)].toSorted()).toEqual([
      'lambda:InvokeFunction',
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:ListMultipartUploadParts',
      's3:PutObject',
      'states:DescribeExecution',
      'states:StartExecution',
      'states:StopExecution',
    ]);
    for (const { Resource } of stateMachinePermissions(config).Statement) expect(Resource).not.toContain('*');
  });
});
