import { writeUntil } from './deadline.ts';
import { LedgerStopError } from './errors.ts';
import type { RunContext } from './run-context.ts';

/**
 * For accounts processed in parallel: once the ledger fails for one, no other begins a batch of writes, even
 * if its own records could be stored; all fail with the same error.
 * @returns the context for the work, and a handler for each account's error, which throws it again
 */
export function stopOnLedgerError(context: RunContext): {
  readonly context: RunContext;
  readonly onFailure: (error: unknown) => never;
} {
  const broken = new AbortController();
  return {
    context: { ...context, deadline: writeUntil(broken.signal, context.deadline) },
    onFailure: (error) => {
      broken.abort(new LedgerStopError('the ledger failed', { cause: error }));
      throw error;
    },
  };
}
