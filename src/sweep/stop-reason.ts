import type { Failure } from '../aws/failure.ts';
import { LockLostError } from '../ledger/errors.ts';
import type { RunContext } from './run-context.ts';
import { LedgerStopError } from './errors.ts';

/**
 * Called before every write. @returns why the run must stop; undefined: it may write
 * @throws the ledger's error, also of another account
 */
export async function stopReason({
  lock,
  deadline,
}: Pick<RunContext, 'lock' | 'deadline'>): Promise<Failure | undefined> {
  await lock.confirm();
  const reason: unknown = lock.lost.reason;
  if (lock.lost.aborted)
    return stopped('LockLost', reason instanceof LockLostError ? reason.message : String(reason));
  const abortReason: unknown = deadline.writing.reason;
  if (abortReason instanceof LedgerStopError) throw abortReason.cause;
  return deadline.writing.aborted ? stopped('Deadline', 'the run had to end before this write') : undefined;
}

function stopped(code: string, message: string): Failure {
  return { kind: 'not-reached', call: 'keysweep', code, message };
}
