import type { LimitFunction } from 'p-limit';

import type { AccountFinished } from '../../ledger/record.ts';
import { applyAccount } from './apply-account.ts';
import { mapLimited } from '../map-limited.ts';
import { finishAccount } from '../finish-account.ts';
import type { OptOutRecheck } from './recheck-opt-outs.ts';
import { endOfFailure } from '../outcome.ts';
import { armed, type Planned } from '../plan/planned.ts';
import type { RunContext } from '../run-context.ts';
import { stopOnLedgerError } from '../stop-on-ledger-error.ts';

export interface ApplyPlansOptions {
  readonly write: boolean;
  /** Asks anew whether an account has opted out; undefined where that is known for certain. */
  readonly look: OptOutRecheck | undefined;
  /** Gives each account its turn. */
  readonly limit: LimitFunction;
}

/**
 * Ends every target: carries out the plans of armed ones when `write` says so, and leaves the rest as planned.
 * @throws the ledger's error: then nothing more is written to IAM
 */
export async function applyPlans(
  planned: readonly Planned[],
  { write, look, limit }: ApplyPlansOptions,
  context: RunContext,
): Promise<AccountFinished[]> {
  const total = write ? armed(planned).length : 0;
  let done = 0;
  const tell = (): void => context.progress({ step: 'applying', done, total });
  if (total > 0) tell();
  const together = stopOnLedgerError(context);
  return mapLimited(planned, limit, async (target) => {
    const { account, settings } = target.target;
    if ('failure' in target) return finishAccount(account.id, endOfFailure(target.failure), context);
    if (!write || !settings.armed) return finishAccount(account.id, target.end, context);
    const end =
      (await look?.at(target)) ??
      (await applyAccount(target.unpack(), together.context).catch(together.onFailure));
    const finished = await finishAccount(account.id, end, context);
    done += 1;
    tell();
    return finished;
  });
}
