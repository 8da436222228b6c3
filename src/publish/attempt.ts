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
    if (!signal.aborted) return failureOf(call, error);
    return { kind: 'not-reached', call, code: 'Deadline', message: 'the run was out of time' };
  }
}
