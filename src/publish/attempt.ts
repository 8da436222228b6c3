import type { Failure } from '../aws/failure.ts';
import { failureOf } from '../aws/calling.ts';

/** @returns why sending failed; a failed notice fails nothing else */
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
    return signal.aborted ? { ...failureOf(call, error), ...OUT_OF_TIME } : failureOf(call, error);
  }
}

const OUT_OF_TIME = {
  kind: 'not-reached',
  code: 'Deadline',
  message: 'the run was out of time',
} as const;
