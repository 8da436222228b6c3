import { failureText, type Failure, type FailureKind } from '../aws/failure.ts';
import type { AccountOutcome } from '../ledger/outcomes.ts';
import type {
  AccountFinished,
  AccountInventoried,
  KeyCounts,
  UnreadUser,
  WriteResult,
} from '../ledger/record.ts';
import { countWrites, NO_KEYS } from '../ledger/totals.ts';
import type { KeyDecision } from '../rules/decision.ts';
import type { AccountPlan } from './plan/plan-account.ts';
import type { RunContext } from './run-context.ts';

export type AccountEnd = Pick<AccountFinished, 'outcome' | 'reason' | 'keys' | 'optOut'>;

/** Records an account's outcome, once for every listed account. @throws the ledger's error */
export async function finishAccount(
  accountId: string,
  end: AccountEnd,
  context: RunContext,
): Promise<AccountFinished> {
  const finished = accountFinished(accountId, end, context.now());
  await context.log.append([finished]);
  return finished;
}

export function accountFinished(accountId: string, end: AccountEnd, at: Date): AccountFinished {
  return { type: 'account-finished', at: at.toISOString(), accountId, ...end };
}

/** For an account that could not be entered or read: nothing was decided there. */
export function endOfFailure(failure: Failure): AccountEnd {
  return { outcome: failure.kind, reason: failureText(failure), keys: NO_KEYS };
}

/**
 * For a plan that is not applied: the run is a plan, the account not armed, a limit exceeded, or not
 * confirmed.
 */
export function endOfPlan(plan: AccountPlan): AccountEnd {
  return endOf(plan, [], 'planned');
}

export function endOfWrites(plan: AccountPlan, results: readonly WriteResult[]): AccountEnd {
  return endOf(plan, results, 'swept');
}

function endOf(plan: AccountPlan, results: readonly WriteResult[], outcome: 'planned' | 'swept'): AccountEnd {
  const keys = countKeys(plan.decisions, results);
  const failures = [...plan.unreadUsers.map(readFailure), ...results.flatMap(writeFailure)];
  return { outcome: keys.due > 0 ? outcome : 'nothing-due', reason: '', ...worst(failures), keys };
}

export function endOfInventory({ keys, unreadUsers }: AccountInventoried): AccountEnd {
  const counts = { ...NO_KEYS, seen: keys.length, kept: keys.length };
  return { outcome: 'inventoried', reason: '', ...worst(unreadUsers.map(readFailure)), keys: counts };
}

/** Of a run that decides nothing by rules. */
export function endOfResults(results: readonly WriteResult[]): AccountEnd {
  const outcome = results.length > 0 ? 'swept' : 'nothing-due';
  return { outcome, reason: '', ...failedWrites(results), keys: countKeys([], results) };
}

/** Empty when all writes succeeded. */
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

/** What an operator can fix comes first: a permission, then a limit, then the rest. */
const PRIORITY = {
  'cannot-assume': 1,
  denied: 2,
  throttled: 3,
  withheld: 4,
  failed: 5,
  'not-reached': 6,
} as const satisfies Record<FailureKind, number>;

function worst(failures: readonly FailureAt[]): { outcome?: AccountOutcome; reason?: string } {
  const [first, ...others] = failures.toSorted((a, b) => PRIORITY[a.failure.kind] - PRIORITY[b.failure.kind]);
  if (!first) return {};
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return { outcome: first.failure.kind, reason: `${first.subject}: ${failureText(first.failure)}${more}` };
}

export function countKeys(decisions: readonly KeyDecision[], results: readonly WriteResult[]): KeyCounts {
  const due = decisions.filter(({ action }) => action !== 'keep').length;
  return {
    seen: decisions.length,
    kept: decisions.length - due,
    due,
    ...countWrites(results.map(({ outcome }) => outcome)),
  };
}
