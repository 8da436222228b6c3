import { isDeployable, deploymentNames } from '../deployment/names.ts';
import { requestExecution } from '../batches/execution.ts';
import type { Start } from '../batches/step.ts';
import { RunIdUnsupportedError } from './errors.ts';
import type { Rotator } from './rotator.ts';
import type { SweepRequest } from '../sweep/run.ts';

/** Where another machine makes the run. */
export interface StartedExecution {
  readonly mode: 'plan' | 'sweep';
  readonly nothingToDo: string;
}

/** Asking Step Functions for a run takes a second; the rest is for its retries. */
const SECONDS = 60;

/**
 * With the engine `step-functions` the rotator only starts the run.
 * @param requestId what asks for the run, where no slot of a sweep does: left out, this invocation
 * @returns what was started; undefined where this Lambda is to make the run itself
 * @throws CallFailedError when it cannot be started; RunIdUnsupportedError
 */
export async function startExecution(
  request: Omit<SweepRequest, 'only' | 'approve'>,
  { config, clients, context, logger }: Pick<Rotator, 'config' | 'clients' | 'context' | 'logger'>,
  requestId = context.awsRequestId,
): Promise<StartedExecution | undefined> {
  if (!isDeployable(config) || config.deployment.engine === 'lambda') return undefined;
  if (request.runId !== undefined)
    throw new RunIdUnsupportedError(
      'the engine step-functions takes no runId: leave it out, and find the run by its execution',
    );
  const { execution, wasThere } = await requestExecution(
    clients.sfn(),
    {
      stateMachineArn: deploymentNames(config.deployment).stateMachineArn,
      start: startOf(request),
      requestId,
    },
    AbortSignal.timeout(SECONDS * 1000),
  );
  logger.info('handed over to the state machine', { execution, wasThere });
  const what = wasThere ? 'is there already' : 'was started';
  return { mode: request.mode, nothingToDo: `execution ${execution} of the state machine ${what}` };
}

function startOf({
  mode,
  filters: { accounts },
  scheduledFor,
  noticeFor,
  withheld = [],
}: Omit<SweepRequest, 'only' | 'approve'>): Start {
  return {
    mode,
    ...(accounts && { accounts: [...accounts] }),
    ...(scheduledFor !== undefined && { scheduledFor }),
    ...(noticeFor !== undefined && { noticeFor }),
    ...(withheld.length > 0 && { withheld: [...withheld] }),
  };
}
