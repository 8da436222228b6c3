import { StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';

import { calling } from '../aws/calling.ts';
import { hasCode } from '../aws/errors.ts';
import type { Start } from './step.ts';

export interface ExecutionToStart {
  readonly stateMachineArn: string;
  readonly start: Start;
  /** Identifies the run if no time of the schedule does. */
  readonly requestId: string;
}

/**
 * Starts a run in batches. Its name derives from the time of the schedule, so that a slot that fires twice
 * has one run: AWS rejects the second, or returns the ARN of the first while that is running.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 * @throws CallFailedError
 */
export async function requestExecution(
  sfn: SFNClient,
  { stateMachineArn, start, requestId }: ExecutionToStart,
  signal: AbortSignal,
) {
  const execution = executionName(start, requestId);
  const command = new StartExecutionCommand({
    stateMachineArn,
    name: execution,
    input: JSON.stringify(start),
  });
  try {
    await calling('states:StartExecution', sfn.send(command, { abortSignal: signal }));
    return { execution, alreadyExists: false };
  } catch (error) {
    if (!hasCode(error, 'ExecutionAlreadyExists')) throw error;
    return { execution, alreadyExists: true };
  }
}

/**
 * A sweep is named after its slot. A notice is named after the announced slot and the request, so that it can
 * be retried. Up to 80 characters, no colon.
 */
export function executionName({ mode, scheduledFor, noticeFor }: Start, requestId: string): string {
  const parts =
    noticeFor === undefined
      ? [mode, scheduledFor === undefined ? requestId : timestampInName(scheduledFor)]
      : ['notice', timestampInName(noticeFor), requestId];
  return parts.join('-').slice(0, 80);
}

export function timestampInName(iso: string): string {
  return iso.replaceAll(/[-:.]/g, '');
}
