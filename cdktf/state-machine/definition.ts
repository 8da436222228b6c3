import type { DeployableConfig } from '../../src/deployment/names.ts';
import { deploymentNames, LEDGER_PREFIX, ROTATOR_FUNCTION } from '../../src/deployment/names.ts';
import { listFile, type Phase } from '../../src/batches/batch-file.ts';
import { RUN_MINUTES } from '../../src/deployment/run-times.ts';
import { NEVER_AGAIN, RETRY } from './retries.ts';

/**
 * The state machine of the engine `step-functions`, in the Amazon States Language: https://states-language.net/spec.html
 * Begin lists the organization and makes batches; a Distributed Map plans them, the limits are checked over all plans, another one
 * carries them out, and Conclude ends every account and the run. Conclude is there whatever fails before it.
 */
export type State = Readonly<Record<string, unknown>>;

export interface Definition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** A task that timed out has no Lambda behind it any more. */
const TASK_SECONDS = ROTATOR_FUNCTION.timeoutSeconds + 60;

/** What of the execution the first and the last step derive the run from. */
const RUN = {
  'execution.$': '$$.Execution',
  'start.$': '$$.Execution.Input',
} as const;

export function definition(config: DeployableConfig): Definition {
  const step = taskOf(config);
  return {
    Comment: 'One run of keysweep over the organization, in batches of accounts.',
    StartAt: 'Begin',
    // A backstop; the watchdog waits as long.
    TimeoutSeconds: RUN_MINUTES['step-functions'] * 60,
    States: {
      Begin: {
        ...step({ step: 'begin', ...RUN }),
        Catch: toConclude(),
        Next: 'AnythingToPlan',
      },
      // An empty list is not worth a Map Run.
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

/** A task that sends these parameters to the worker and passes on what it answers. */
function taskOf(config: DeployableConfig): (payload: State) => State {
  const { workerArn } = deploymentNames(config.deployment);
  return (payload) => ({
    Type: 'Task',
    Resource: lambdaInvoke(config),
    Parameters: { FunctionName: workerArn, Payload: payload },
    OutputPath: '$.Payload',
    TimeoutSeconds: TASK_SECONDS,
    Retry: [NEVER_AGAIN, ...RETRY],
  });
}

/** One child for each batch of a list in the ledger. A child that fails fails nobody else: its accounts have the outcome. */
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
          // The child fails with the error of its batch, for those who look at the Map Run.
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
