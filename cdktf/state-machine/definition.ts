import type { DeployableConfig } from '../../src/deployment/names.ts';
import { deploymentNames, LEDGER_PREFIX, ROTATOR_FUNCTION } from '../../src/deployment/names.ts';
import { listFile, type Phase } from '../../src/batches/batch-file.ts';
import { RUN_MINUTES } from '../../src/deployment/run-times.ts';
import { NO_RETRY, RETRY } from './retries.ts';

/**
 * In the Amazon States Language: https://states-language.net/spec.html Begin lists the organization and makes
 * batches, a Distributed Map plans them, CheckLimits checks all plans, another Map applies them, and Conclude
 * ends all accounts and the run, whatever failed before.
 */
export type State = Readonly<Record<string, unknown>>;

export interface Definition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** Longer than a Lambda can run, so a task that timed out is no longer running. */
const TASK_SECONDS = ROTATOR_FUNCTION.timeoutSeconds + 60;

/** The first and the last step derive the run from it. */
const RUN = {
  'execution.$': '$$.Execution',
  'start.$': '$$.Execution.Input',
} as const;

export function definition(config: DeployableConfig): Definition {
  const step = taskOf(config);
  return {
    Comment: 'One run of keysweep over the organization, in batches of accounts.',
    StartAt: 'Begin',
    // The watchdog waits as long.
    TimeoutSeconds: RUN_MINUTES['step-functions'] * 60,
    States: {
      Begin: {
        ...step({ step: 'begin', ...RUN }),
        Catch: toConclude(),
        Next: 'AnythingToPlan',
      },
      // Avoids a Map Run for an empty list.
      AnythingToPlan: choice('$.batches', { NumericGreaterThan: 0 }, 'PlanBatches', 'CheckLimits'),
      PlanBatches: { ...map('plan', 'PlanBatch', config), Next: 'CheckLimits' },
      CheckLimits: {
        ...step({ step: 'check-limits', 'runId.$': '$.runId' }),
        Catch: toConclude(),
        Next: 'AnythingToApply',
      },
      AnythingToApply: choice('$.batches', { NumericGreaterThan: 0 }, 'ApplyBatches', 'Conclude'),
      ApplyBatches: { ...map('apply', 'ApplyBatch', config), Next: 'Conclude' },
      Conclude: { ...step({ step: 'conclude', ...RUN, 'state.$': '$' }), Next: 'IsOk' },
      IsOk: choice('$.verdict', { StringEquals: 'ok' }, 'Ok', 'NotOk'),
      Ok: { Type: 'Succeed' },
      NotOk: { Type: 'Fail', Error: 'RunNotOkError', CausePath: '$.cause' },
    },
  };
}

/** A task that invokes the worker with a payload and returns its result. */
function taskOf(config: DeployableConfig): (payload: State) => State {
  const { workerArn } = deploymentNames(config.deployment);
  return (payload) => ({
    Type: 'Task',
    Resource: lambdaInvoke(config),
    Parameters: { FunctionName: workerArn, Payload: payload },
    OutputPath: '$.Payload',
    TimeoutSeconds: TASK_SECONDS,
    Retry: [NO_RETRY, ...RETRY],
  });
}

/** One child execution per batch. A failed child does not fail others: the outcome is in its accounts. */
function map(phase: Phase, name: string, config: DeployableConfig): State {
  const { ledgerBucket, partition } = deploymentNames(config.deployment);
  const step = taskOf(config);
  const ofBatch = { 'runId.$': '$.runId', 'batch.$': '$.batch' };
  const ofMany = { ...ofBatch, 'batches.$': '$.batches' };
  const inRun = (file: string) => `States.Format('${LEDGER_PREFIX}/runs/{}/${file}', $.runId)`;
  return {
    Type: 'Map',
    Label: name,
    ItemReader: {
      Resource: `arn:${partition}:states:::s3:getObject`,
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { Bucket: ledgerBucket, 'Key.$': inRun(listFile(phase)) },
    },
    ItemSelector: {
      'runId.$': '$.runId',
      'batch.$': '$$.Map.Item.Value.batch',
      'batches.$': '$.batches',
      'accounts.$': '$$.Map.Item.Value.accounts',
    },
    MaxConcurrency: config.deployment.stepFunctions.maxConcurrency,
    ToleratedFailurePercentage: 100,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: name,
      States: {
        [name]: {
          ...step({ step: phase, ...ofMany }),
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: `GiveUp${name}` }],
          End: true,
        },
        [`GiveUp${name}`]: {
          ...step({ step: 'give-up', phase, ...ofBatch, 'error.$': '$.error' }),
          // The child fails with the error of its batch, which the Map Run then shows.
          ResultPath: null,
          OutputPath: '$',
          Next: `${name}Failed`,
        },
        [`${name}Failed`]: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
      },
    },
    ResultWriter: {
      Resource: `arn:${partition}:states:::s3:putObject`,
      Parameters: { Bucket: ledgerBucket, 'Prefix.$': inRun(`map-runs/${phase}`) },
    },
    ResultPath: null,
    Catch: toConclude(),
  };
}

function lambdaInvoke(config: DeployableConfig): string {
  return `arn:${deploymentNames(config.deployment).partition}:states:::lambda:invoke`;
}

function toConclude(): readonly State[] {
  return [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Conclude' }];
}

function choice(variable: string, test: State, next: string, otherwise: string): State {
  return { Type: 'Choice', Choices: [{ Variable: variable, ...test, Next: next }], Default: otherwise };
}
