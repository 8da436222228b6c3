import type { OrganizationAccount } from '../organization/account.ts';
import { isOk } from './outcomes.ts';
import {
  seesAllAccounts,
  type AccountFinished,
  type KeyCounts,
  type KeyOutcome,
  type RunMode,
  type RunSummary,
} from './record.ts';

/** The part of the counts that writes decide. */
export function countWrites(results: Iterable<KeyOutcome>) {
  const all = [...results];
  const count = (...of: KeyOutcome[]): number => all.filter((outcome) => of.includes(outcome)).length;
  return {
    deactivated: count('deactivated'),
    deleted: count('deleted'),
    reactivated: count('reactivated'),
    alreadyGone: count('already-gone'),
    failed: count('failed', 'unconfirmed', 'not-attempted'),
  };
}

export const NO_KEYS: KeyCounts = { seen: 0, kept: 0, due: 0, ...countWrites([]) };

/** Adds up accounts per outcome, and keys. */
export function totals(finished: readonly AccountFinished[]): Pick<RunSummary, 'accounts' | 'keys'> {
  const accounts = Object.fromEntries(countEach(finished.map(({ outcome }) => outcome)));
  return { accounts, keys: finished.map(({ keys }) => keys).reduce(addKeys, NO_KEYS) };
}

function addKeys(a: KeyCounts, b: KeyCounts): KeyCounts {
  const names = Object.keys(a) as (keyof KeyCounts)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as KeyCounts;
}

/** An account whose records contradict each other. */
export interface CoverageProblem {
  readonly accountId: string;
  readonly problem:
    'listed-twice' | 'without-outcome' | 'two-outcomes' | 'outcome-of-unlisted' | 'keys-do-not-add-up';
}

/**
 * Checks that every listed account, and no other, has exactly one outcome, which agrees with its keys.
 * @returns problems; a run that has any is not ok
 */
export function checkCoverage(
  listed: readonly OrganizationAccount[],
  finished: readonly AccountFinished[],
  mode: RunMode,
): CoverageProblem[] {
  const listings = countEach(listed.map(({ id }) => id));
  const outcomes = countEach(finished.map(({ accountId }) => accountId));
  const problems: CoverageProblem[] = [];
  for (const [accountId, times] of listings) {
    if (times > 1) problems.push({ accountId, problem: 'listed-twice' });
    if (!outcomes.has(accountId)) problems.push({ accountId, problem: 'without-outcome' });
  }
  for (const [accountId, times] of outcomes) {
    if (times > 1) problems.push({ accountId, problem: 'two-outcomes' });
    if (!listings.has(accountId)) problems.push({ accountId, problem: 'outcome-of-unlisted' });
  }
  for (const account of finished)
    if (!addsUp(account, mode))
      problems.push({ accountId: account.accountId, problem: 'keys-do-not-add-up' });
  return problems;
}

/**
 * Keys are kept or due. A swept account has a result for every due key, other ok outcomes have no writes, and
 * bad outcomes have at most as many writes as due keys. Others decide nothing, and only reactivate or
 * deactivate (leaked keys).
 */
function addsUp({ outcome, keys }: AccountFinished, mode: RunMode): boolean {
  const { seen, kept, due, deactivated, deleted, reactivated, alreadyGone, failed } = keys;
  const done = deactivated + deleted + reactivated + alreadyGone;
  const isUndo = !seesAllAccounts(mode);
  const foreign = isUndo ? seen + deleted + (mode === 'revoke' ? reactivated : deactivated) : reactivated;
  if (seen !== kept + due || foreign > 0) return false;
  if (!isOk(outcome)) return isUndo || done + failed <= due;
  if (outcome !== 'swept') return done + failed === 0;
  return failed === 0 && (isUndo || done === due);
}

function countEach<Name extends string>(names: readonly Name[]): Map<Name, number> {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
