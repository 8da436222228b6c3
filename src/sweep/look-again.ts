import type { Failure } from '../calls/failure.ts';
import type { WriteResult } from '../ledger/record.ts';
import type { AccountPlan } from './plan-account.ts';
import { planOrExplain } from './plan-targets.ts';
import { restrictionTo } from './restrict.ts';
import type { RunContext } from './run-context.ts';

/**
 * Tells keys that are gone from those of users who were renamed since their account was read: IAM's answer to a write is
 * `NoSuchEntity` for both. Where there are such keys, the account is read anew.
 * @returns the results; of a key that is still there under another name, or perhaps so, with `failed` instead of `already-gone`
 * @throws the ledger's error
 */
export async function lookAgain(
  plan: AccountPlan,
  results: readonly WriteResult[],
  context: RunContext,
): Promise<readonly WriteResult[]> {
  if (results.every(({ outcome }) => outcome !== 'already-gone')) return results;
  // No more is planned after the time for reading, but what was written is still looked after.
  const reading = { ...context, deadline: { ...context.deadline, reading: context.deadline.writing } };
  const now = await planOrExplain(plan.target, reading, restrictionTo(undefined));
  const corrected = results.map((result) => {
    const failure = result.outcome === 'already-gone' ? stillThere(result, plan, now) : undefined;
    return failure ? { ...result, outcome: 'failed' as const, failure } : result;
  });
  const changed = corrected.filter((result, at) => result !== results[at]);
  if (changed.length > 0) {
    const { id: accountId } = plan.target.account;
    await context.log.append([
      { type: 'writes-done', at: context.now().toISOString(), accountId, results: changed },
    ]);
  }
  return corrected;
}

/** Why a key cannot count as gone. */
function stillThere(
  { accessKeyId, userName }: WriteResult,
  before: AccountPlan,
  now: Awaited<ReturnType<typeof planOrExplain>>,
): Failure | undefined {
  if ('failure' in now) return now.failure;
  // Under the same name it was deleted a moment ago, and IAM's lists are behind.
  const other = now.decisions.find((key) => key.accessKeyId === accessKeyId && key.userName !== userName);
  if (other) {
    const message = `${userName} was renamed to ${other.userName} after the account was read, and has the key still. Run again.`;
    return { kind: 'failed', call: 'iam:ListAccessKeys', code: 'Renamed', message };
  }
  // Whoever was renamed has a name that nobody had before.
  const names = new Set([...before.unread, ...before.decisions].map((user) => user.userName));
  return now.unread.find((user) => !names.has(user.userName))?.failure;
}
