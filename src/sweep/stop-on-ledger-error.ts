import { until } from './deadline.ts';
import { LedgerStopError } from './errors.ts';
import type { RunContext } from './run-context.ts';

/**
 * For accounts that are worked on side by side: once the ledger has failed one of them, none begins a further batch of
 * writes, and each of them fails with the same error. Without this, those at work or waiting would go on, for their own records may
 * well be stored.
 * @returns the context to work with, and what to put behind each account's work: it passes the error on
 */
export function stopOnLedgerError(context: RunContext): {
  readonly context: RunContext;
  readonly onFailure: (error: unknown) => never;
} {
  const broken = new AbortController();
  return {
    context: { ...context, deadline: until(broken.signal, context.deadline) },
    onFailure: (error) => {
      broken.abort(new LedgerStopError('the ledger failed', { cause: error }));
      throw error;
    },
  };
}
