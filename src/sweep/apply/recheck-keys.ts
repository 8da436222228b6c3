import type { WriteResult } from '../../ledger/record.ts';
import type { AccountPlan } from '../plan/plan-account.ts';
import { planOrFailure } from '../plan/plan-targets.ts';
import { planFileFilter } from '../plan/plan-file-filter.ts';
import type { RunContext } from '../run-context.ts';
import { recordWrites } from './write-keys.ts';

/**
 * Reads the account again after an `already-gone` write: IAM returns `NoSuchEntity` also when the user was
 * renamed.
 * @returns the results; `already-gone` becomes `failed` for a key that another user name has, and
 *   `unconfirmed` when that is unknown: it may also have been deleted by a call whose response was lost
 * @throws the ledger's error
 */
export async function recheckKeys(
  plan: AccountPlan,
  results: readonly WriteResult[],
  context: RunContext,
): Promise<readonly WriteResult[]> {
  if (results.every(({ outcome }) => outcome !== 'already-gone')) return results;
  // The reading deadline does not apply to keys that were written to.
  const reading = { ...context, deadline: { ...context.deadline, reading: context.deadline.writing } };
  const now = await planOrFailure(plan.target, reading, planFileFilter(undefined));
  const corrected = results.map((result) =>
    result.outcome === 'already-gone' ? { ...result, ...correction(result, plan, now) } : result,
  );
  const changed = corrected.filter(({ outcome }, at) => outcome !== results[at]?.outcome);
  if (changed.length > 0) await recordWrites(plan.target, { type: 'writes-done', results: changed }, context);
  return corrected;
}

/** Empty for a key that is gone. */
function correction(
  { accessKeyId, userName }: WriteResult,
  before: AccountPlan,
  now: Awaited<ReturnType<typeof planOrFailure>>,
): Partial<Pick<WriteResult, 'outcome' | 'failure'>> {
  if ('failure' in now) return { outcome: 'unconfirmed', failure: now.failure };
  // A key under the same name was deleted a moment ago, and IAM's list lags behind.
  const other = now.decisions.find((key) => key.accessKeyId === accessKeyId && key.userName !== userName);
  if (other) {
    const message =
      `${userName} was renamed to ${other.userName} after the account was read and still has the key. ` +
      'Run again.';
    const failure = { kind: 'failed', call: 'iam:ListAccessKeys', code: 'Renamed', message } as const;
    return { outcome: 'failed', failure };
  }
  // A renamed user has a new name.
  const names = new Set([...before.unreadUsers, ...before.decisions].map((user) => user.userName));
  const unread = now.unreadUsers.find((user) => !names.has(user.userName));
  return unread ? { outcome: 'unconfirmed', failure: unread.failure } : {};
}
