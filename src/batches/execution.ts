import { StartExecutionCommand, ExecutionAlreadyExists, type SFNClient } from '@aws-sdk/client-sfn';

import { calling } from '../aws/calling.ts';
import { CallFailedError } from '../aws/errors.ts';
import type { Start } from './step.ts';

export interface ExecutionToStart {
  readonly stateMachineArn: string;
  readonly start: Start;
  /** What asks for it, where no time of the schedule does: the same one asks for the same run. */
  readonly requestId: string;
}

/** An execution that runs now, or that ran for the same slot. */
export interface Started {
  readonly execution: string;
  readonly wasThere: boolean;
}

/**
 * Starts a run in batches. Its name derives from the time of the schedule, so that a slot which fires twice has one run: AWS
 * refuses the second, or gives the first one's ARN while that runs.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 * @throws CallFailedError
 */
export async function requestExecution(
  sfn: SFNClient,
  { stateMachineArn, start, requestId }: ExecutionToStart,
  signal: AbortSignal,
): Promise<Started> {
  const execution = executionName(start, requestId);
  const command = new StartExecutionCommand({
    stateMachineArn,
    name: execution,
    input: JSON.stringify(start),
  });
  try {
    await calling('states:StartExecution', sfn.send(command, { abortSignal: signal }));
    return { execution, wasThere: false };
  } catch (error) {
    if (error instanceof CallFailedError && error.cause instanceof ExecutionAlreadyExists)
      return { execution, wasThere: true };
    throw error;
  }
}

/**
 * A sweep has the name of its slot. A notice has that of the slot that it gives notice of and of the request: the next check may ask
 * again after one that failed. Up to 80 characters, no colon:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function executionName({ mode, scheduledFor, noticeFor }: Start, requestId: string): string {
  const parts =
    noticeFor === undefined
      ? [mode, scheduledFor === undefined ? requestId : timestampInName(scheduledFor)]
      : ['notice', timestampInName(noticeFor), requestId];
  return parts.join('-').slice(0, 80);
}

/** A time as a name takes it. */
export function timestampInName(iso: string): string {
  return iso.replaceAll(/[-:.]/g, '');
}
