import type { AccountFinished } from '../ledger/record.ts';
import { applyAccount } from './apply-account.ts';
import { every } from './every.ts';
import { finishAccount } from './finish-account.ts';
import { optedOutSince } from './opted-out-since.ts';
import { endOfFailure, endOfPlan } from './outcome.ts';
import type { AccountPlan, Planned } from './plan-account.ts';
import type { RunContext } from './run-context.ts';
import { stopTogether } from './stop-together.ts';

/**
 * Ends every target: carries out the plans of armed ones when `write` says so, and leaves the rest as planned.
 * @throws the ledger's error: then nothing more is written to IAM
 */
export async function applyPlans(
  planned: readonly Planned[],
  { write, tagsFromIndex }: { readonly write: boolean; readonly tagsFromIndex: boolean },
  context: RunContext,
): Promise<AccountFinished[]> {
  const total = write ? armedPlans(planned).length : 0;
  let done = 0;
  const together = stopTogether(context);
  return every(planned, context.config.concurrency.accounts, async (target) => {
    if ('failure' in target) {
      return finishAccount(target.target.account.id, endOfFailure(target.failure), context);
    }
    const { plan } = target;
    const { account, settings } = plan.target;
    if (!write || !settings.armed) return finishAccount(account.id, endOfPlan(plan), context);
    const optedOut = tagsFromIndex ? await optedOutSince(plan, context) : undefined;
    const end = optedOut ?? (await applyAccount(plan, together.context).catch(together.onFailure));
    const finished = await finishAccount(account.id, end, context);
    done += 1;
    context.progress({ step: 'applying', done, total });
    return finished;
  });
}

/** The plans that a sweep carries out. */
export function armedPlans(planned: readonly Planned[]): AccountPlan[] {
  return planned.flatMap((target) =>
    'plan' in target && target.plan.target.settings.armed ? [target.plan] : [],
  );
}
