import type { LimitFunction } from 'p-limit';

import type { AccountFinished } from '../../ledger/record.ts';
import type { StoredWrite } from '../../ledger/stored-run.ts';
import { isRevoke, type KeyDecision } from '../../rules/decision.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { applyAccount } from './apply-account.ts';
import { mapLimited } from '../map-limited.ts';
import { isArmedTarget, type TargetRecheck } from './recheck-target.ts';
import { endOfFailure, endOfWrites, finishAccount, type AccountEnd } from '../outcome.ts';
import { armed, type Planned, type PlannedAccount } from '../plan/planned.ts';
import { startProgress } from '../progress.ts';
import type { RunContext } from '../run-context.ts';
import { stopOnLedgerError } from '../stop-on-ledger-error.ts';
import { skipWrites } from './write-keys.ts';

export interface ApplyPlansOptions {
  readonly write: boolean;
  readonly recheck: TargetRecheck;
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
    const end = await applyAsTarget(target, recheck, together.context).catch(together.onFailure);
    const finished = await finishAccount(account.id, end, context);
    countDone();
    return finished;
  });
}

/**
 * Applies a plan if the account is still a target, and armed.
 * @param earlier writes of an attempt that died
 * @throws the ledger's error: then nothing more is written to IAM
 */
export async function applyAsTarget(
  planned: PlannedAccount,
  recheck: TargetRecheck,
  context: RunContext,
  earlier: readonly StoredWrite[] = [],
): Promise<AccountEnd> {
  const { target, end } = planned;
  const reason = withheldReason(target, context);
  if (reason !== undefined) return { ...end, outcome: 'withheld', reason };
  const { now } = end.keys.due > 0 ? await recheck.check(target) : { now: { target } };
  const plan = planned.unpack();
  if ('failure' in now) {
    const due = plan.decisions.filter(isRevoke).filter(({ accessKeyId }) => !isIn(accessKeyId, earlier));
    return endOfWrites(plan, [...earlier, ...(await skipWrites(target, due, now.failure, context))]);
  }
  if (isArmedTarget(now)) return applyAccount({ ...plan, target: now.target }, recheck, context, earlier);
  if (earlier.length === 0) return 'end' in now ? { ...now.end, keys: end.keys } : end;
  return endOfWrites({ ...plan, decisions: withoutOthers(plan.decisions, earlier) }, earlier);
}

function withheldReason({ account }: TargetAccount, { limits }: RunContext): string | undefined {
  return limits?.withheld?.find(({ accountId }) => accountId === account.id)?.reason;
}

/** What an attempt wrote to before the account ceased to be a target stays due, and the rest is kept. */
function withoutOthers(decisions: readonly KeyDecision[], written: readonly StoredWrite[]): KeyDecision[] {
  return decisions.map((decision) =>
    isRevoke(decision) && !isIn(decision.accessKeyId, written)
      ? { ...decision, action: 'keep', reason: 'changed-since-plan' }
      : decision,
  );
}

function isIn(id: string, writes: readonly StoredWrite[]): boolean {
  return writes.some(({ accessKeyId }) => accessKeyId === id);
}
