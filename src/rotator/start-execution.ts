import { isDeployable, deploymentNames } from '../deployment/names.ts';
import { requestExecution } from '../batches/execution.ts';
import type { Start } from '../batches/step.ts';
import type { Rotator } from './rotator.ts';
import type { SweepRequest } from '../sweep/run.ts';

export type RunRequest = Omit<SweepRequest, 'only' | 'approve'>;

/** The run takes place in the state machine. */
export interface StartedExecution {
  readonly mode: 'plan' | 'sweep';
  readonly nothingToDo: string;
}

/** Starting an execution takes a second; the rest is for retries. */
const TIMEOUT_SECONDS = 60;

/**
 * With the engine `step-functions` the rotator only starts the run.
 * @param requestId identifies a request without a slot. Default: this invocation
 * @returns undefined with the engine `lambda`, which executes the run itself
 * @throws CallFailedError
 */
export async function startExecution(
  request: RunRequest,
  { config, clients, context, logger }: Pick<Rotator, 'config' | 'clients' | 'context' | 'logger'>,
  requestId = context.awsRequestId,
): Promise<StartedExecution | undefined> {
  if (!isDeployable(config) || config.deployment.engine === 'lambda') return undefined;
  const { execution, alreadyExists } = await requestExecution(
    clients.sfn(),
    {
      stateMachineArn: deploymentNames(config.deployment).stateMachineArn,
      start: startOf(request),
      requestId,
    },
    AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
  );
  logger.info('the state machine executes this run', { execution, alreadyExists });
  const state = alreadyExists ? 'already exists' : 'was started';
  return { mode: request.mode, nothingToDo: `execution ${execution} of the state machine ${state}` };
}

function startOf({ mode, filters: { accounts }, scheduledFor, noticeFor, withheld }: RunRequest): Start {
  return {
    ...{ mode, scheduledFor, noticeFor },
    accounts: accounts && [...accounts],
    withheld: withheld?.length ? [...withheld] : undefined,
  };
}
