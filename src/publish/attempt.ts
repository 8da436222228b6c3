import type { Failure } from '../aws/failure.ts';
import { failureOf } from '../aws/calling.ts';

/** Sends something, and gives back why that failed; a notice that fails is told and fails nothing else. */
export async function attempt(
  call: string,
  signal: AbortSignal,
  send: () => Promise<unknown>,
): Promise<Failure | undefined> {
  try {
    signal.throwIfAborted();
    await send();
    return undefined;
  } catch (error) {
    return signal.aborted ? { ...failureOf(call, error), ...TIME_IS_OVER } : failureOf(call, error);
  }
}

/** What was not sent because the run had to end. */
export const TIME_IS_OVER = {
  kind: 'not-reached',
  code: 'Deadline',
  message: 'the time of the run was over',
} as const;
