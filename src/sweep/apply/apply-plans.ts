import type { LimitFunction } from 'p-limit';

import type { AccountFinished } from '../../ledger/record.ts';
import { applyAccount } from './apply-account.ts';
import { mapLimited } from '../map-limited.ts';
import type { OptOutRecheck } from './recheck-opt-outs.ts';
import { endOfFailure, finishAccount } from '../outcome.ts';
import { armed, type Planned } from '../plan/planned.ts';
import { startProgress } from '../progress.ts';
import type { RunContext } from '../run-context.ts';
import { stopOnLedgerError } from '../stop-on-ledger-error.ts';

export interface ApplyPlansOptions {
  readonly write: boolean;
  /** Undefined when the opt-outs need no recheck. */
  readonly recheck: OptOutRecheck | undefined;
  readonly limit: LimitFunction;
}

/**
 * Gives every target its outcome: applies the plans of armed ones if `write`, and leaves the others planned.
 * @throws the ledger's error: then nothing more is written to IAM
 */
export async function applyPlans(
  planned: readonly Planned[],
  { write, recheck, limit }: ApplyPlansOptions,
  context: RunContext,
): Promise<AccountFinished[]> {
  const countDone = startProgress(context.progress, 'applying', write ? armed(planned).length : 0);
  const together = stopOnLedgerError(context);
  return mapLimited(planned, limit, async (target) => {
    const { account, settings } = target.target;
    if ('failure' in target) return finishAccount(account.id, endOfFailure(target.failure), context);
    if (!write || !settings.armed) return finishAccount(account.id, target.end, context);
    const end =
      (await recheck?.check(target)) ??
      (await applyAccount(target.unpack(), together.context).catch(together.onFailure));
    const finished = await finishAccount(account.id, end, context);
    countDone();
    return finished;
  });
}
