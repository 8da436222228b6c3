import { failureText, type Failure, type FailureKind } from '../aws/failure.ts';
import type { AccountOutcome } from '../ledger/outcomes.ts';
import type { AccountFinished, KeyCounts, KeyOutcome, UnreadUser, WriteResult } from '../ledger/record.ts';
import { NO_KEYS } from '../ledger/totals.ts';
import type { KeyDecision } from '../rules/decision.ts';
import type { AccountPlan } from './plan/plan-account.ts';

/** How an account ended, for the ledger; the time and the account are put to it by the caller. */
export type AccountEnd = Pick<AccountFinished, 'outcome' | 'reason' | 'keys' | 'optOut'>;

/** An account that could not be entered or read: nothing was decided there. */
export function endOfFailure(failure: Failure): AccountEnd {
  return { outcome: failure.kind, reason: failureText(failure), keys: NO_KEYS };
}

/** An account whose plan is not carried out: this run plans, it is not armed, or a limit or the operator said no. */
export function endOfPlan(plan: AccountPlan): AccountEnd {
  const keys = countKeys(plan.decisions, []);
  const failures = plan.unreadUsers.map(readFailure);
  return { outcome: keys.due > 0 ? 'planned' : 'nothing-due', reason: '', ...worst(failures), keys };
}

/** An account whose plan was carried out, with what came of each write. */
export function endOfWrites(plan: AccountPlan, results: readonly WriteResult[]): AccountEnd {
  const keys = countKeys(plan.decisions, results);
  const failures = [...plan.unreadUsers.map(readFailure), ...results.flatMap(writeFailure)];
  return { outcome: keys.due > 0 ? 'swept' : 'nothing-due', reason: '', ...worst(failures), keys };
}

/** The outcome that failed writes give an account; nothing when there are none. */
export function failedWrites(
  results: readonly WriteResult[],
): Partial<Pick<AccountEnd, 'outcome' | 'reason'>> {
  return worst(results.flatMap(writeFailure));
}

interface FailureAt {
  /** The user or the key. */
  readonly subject: string;
  readonly failure: Failure;
}

function readFailure({ userName, failure }: UnreadUser): FailureAt {
  return { subject: userName, failure };
}

function writeFailure({ accessKeyId, failure }: WriteResult): FailureAt[] {
  return failure ? [{ subject: accessKeyId, failure }] : [];
}

/** What an operator can act on first: a right that is missing, then a limit, then time, then the rest. */
const GRAVITY = {
  'cannot-assume': 1,
  denied: 2,
  throttled: 3,
  failed: 4,
  'not-reached': 5,
} as const satisfies Record<FailureKind, number>;

function worst(failures: readonly FailureAt[]): { outcome?: AccountOutcome; reason?: string } {
  const [first, ...others] = failures.toSorted((a, b) => GRAVITY[a.failure.kind] - GRAVITY[b.failure.kind]);
  if (!first) return {};
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return { outcome: first.failure.kind, reason: `${first.subject}: ${failureText(first.failure)}${more}` };
}

export function countKeys(decisions: readonly KeyDecision[], results: readonly WriteResult[]): KeyCounts {
  const due = decisions.filter(({ action }) => action !== 'keep').length;
  const ended = (...outcomes: KeyOutcome[]): number =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return {
    seen: decisions.length,
    kept: decisions.length - due,
    due,
    deactivated: ended('deactivated'),
    deleted: ended('deleted'),
    reactivated: ended('reactivated'),
    alreadyGone: ended('already-gone'),
    failed: ended('failed', 'unconfirmed', 'not-attempted'),
  };
}
