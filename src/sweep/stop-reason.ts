import type { Failure } from '../aws/failure.ts';
import { LockLostError } from '../ledger/errors.ts';
import type { RunContext } from './run-context.ts';
import { LedgerStopError } from './errors.ts';

/**
 * Asked before anything is written: why the run may write no more; undefined: it may.
 * @throws the ledger's error, be it that of an account beside this one
 */
export async function stopReason({
  lock,
  deadline,
}: Pick<RunContext, 'lock' | 'deadline'>): Promise<Failure | undefined> {
  await lock.confirm();
  const reason: unknown = lock.lost.reason;
  if (lock.lost.aborted)
    return stopped('LockLost', reason instanceof LockLostError ? reason.message : String(reason));
  const over: unknown = deadline.writing.reason;
  if (over instanceof LedgerStopError) throw over.cause;
  return deadline.writing.aborted
    ? stopped('Deadline', 'the run had to end before this key was written to')
    : undefined;
}

function stopped(code: string, message: string): Failure {
  return { kind: 'not-reached', call: 'keysweep', code, message };
}
