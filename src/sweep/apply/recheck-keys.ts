import type { WriteResult } from '../../ledger/record.ts';
import type { AccountPlan } from '../plan/plan-account.ts';
import { planOrFailure } from '../plan/plan-targets.ts';
import { planFileFilter } from '../plan/plan-file-filter.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Tells keys that are gone from those of users who were renamed since their account was read: IAM's answer to a write is
 * `NoSuchEntity` for both. Where there are such keys, the account is read anew.
 * @returns the results; instead of `already-gone`, a key that is still there under another name has `failed`, and one of which that cannot
 *   be told, `unconfirmed`: it may have been deleted by a call whose answer was lost
 * @throws the ledger's error
 */
export async function recheckKeys(
  plan: AccountPlan,
  results: readonly WriteResult[],
  context: RunContext,
): Promise<readonly WriteResult[]> {
  if (results.every(({ outcome }) => outcome !== 'already-gone')) return results;
  // No more is planned after the time for reading, but what was written is still looked after.
  const reading = { ...context, deadline: { ...context.deadline, reading: context.deadline.writing } };
  const now = await planOrFailure(plan.target, reading, planFileFilter(undefined));
  const corrected = results.map((result) =>
    result.outcome === 'already-gone' ? { ...result, ...perhapsThere(result, plan, now) } : result,
  );
  const changed = corrected.filter(({ outcome }, at) => outcome !== results[at]?.outcome);
  if (changed.length > 0) {
    const { id: accountId } = plan.target.account;
    await context.log.append([
      { type: 'writes-done', at: context.now().toISOString(), accountId, results: changed },
    ]);
  }
  return corrected;
}

/** What a key has become that cannot count as gone; nothing when it can. */
function perhapsThere(
  { accessKeyId, userName }: WriteResult,
  before: AccountPlan,
  now: Awaited<ReturnType<typeof planOrFailure>>,
): Partial<Pick<WriteResult, 'outcome' | 'failure'>> {
  if ('failure' in now) return { outcome: 'unconfirmed', failure: now.failure };
  // Under the same name it was deleted a moment ago, and IAM's lists are behind.
  const other = now.decisions.find((key) => key.accessKeyId === accessKeyId && key.userName !== userName);
  if (other) {
    const message = `${userName} was renamed to ${other.userName} after the account was read, and has the key still. Run again.`;
    const failure = { kind: 'failed', call: 'iam:ListAccessKeys', code: 'Renamed', message } as const;
    return { outcome: 'failed', failure };
  }
  // Whoever was renamed has a name that nobody had before.
  const names = new Set([...before.unreadUsers, ...before.decisions].map((user) => user.userName));
  const unread = now.unreadUsers.find((user) => !names.has(user.userName));
  return unread ? { outcome: 'unconfirmed', failure: unread.failure } : {};
}
