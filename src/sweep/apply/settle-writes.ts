import type { Failure } from '../../aws/failure.ts';
import type { IntendedWrite, KeyOutcome, WriteResult } from '../../ledger/record.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { findKeys, type KeyNow } from '../find-keys.ts';
import { openAccountSession } from '../open-account-session.ts';
import type { RunContext } from '../run-context.ts';
import { BATCH, recordWrites, writeKeys, type WriteContext } from './write-keys.ts';

/** In batches. @returns one result for every write, in their order @throws the ledger's error */
export async function writeAndSettle(
  target: TargetAccount,
  writes: readonly IntendedWrite[],
  context: WriteContext,
): Promise<readonly WriteResult[]> {
  const results: WriteResult[] = [];
  for (let at = 0; at < writes.length; at += BATCH) {
    const batch = writes.slice(at, at + BATCH);
    const written = await writeKeys(target, batch, context);
    results.push(...(await settleWrites(target, batch, written, context)));
  }
  return results;
}

/**
 * Reads the keys of unconfirmed writes again, and gives each the result that this shows. AWS also answers
 * `NoSuchEntity` when the user was renamed, or the key was made seconds ago: so that is not believed either.
 * @param writes what was sent
 * @returns the results, of which some may still be unconfirmed
 * @throws the ledger's error
 */
export async function settleWrites(
  target: TargetAccount,
  writes: readonly IntendedWrite[],
  results: readonly WriteResult[],
  context: RunContext,
): Promise<readonly WriteResult[]> {
  const unconfirmed = results.filter(({ outcome }) => outcome === 'unconfirmed');
  if (unconfirmed.length === 0) return results;
  const now = await keysNow(target, unconfirmed, context);
  const actions = new Map(writes.map(({ accessKeyId, action }) => [accessKeyId, action]));
  const settled = results.map((result) => {
    const action = actions.get(result.accessKeyId);
    const key = now.get(result.accessKeyId);
    return action && key ? settle(result, action, key) : result;
  });
  const changed = settled.filter((result, at) => result !== results[at]);
  if (changed.length > 0) await recordWrites(target, { type: 'writes-done', results: changed }, context);
  return settled;
}

/** Empty when it cannot be entered. The reading deadline does not apply to keys that were written to. */
async function keysNow(
  target: TargetAccount,
  keys: readonly WriteResult[],
  context: RunContext,
): Promise<ReadonlyMap<string, KeyNow>> {
  const { writing } = context.deadline;
  const { callsPerAccount } = target.settings;
  return openAccountSession(target, { reads: true }, context, writing)
    .then((iam) => findKeys(iam, keys, callsPerAccount, writing))
    .catch(() => new Map<string, KeyNow>());
}

/** The status that each action leaves, and its outcome. */
const DONE = {
  deactivate: { status: 'Inactive', outcome: 'deactivated' },
  reactivate: { status: 'Active', outcome: 'reactivated' },
  delete: { status: 'gone', outcome: 'deleted' },
} as const satisfies Record<IntendedWrite['action'], { status: string; outcome: KeyOutcome }>;

function settle(result: WriteResult, action: IntendedWrite['action'], key: KeyNow): WriteResult {
  const { accessKeyId, userName, failure } = result;
  const done = DONE[action];
  if (key === 'gone') {
    // A delete whose response was lost is answered so when it is sent again.
    const byUs = action === 'delete' && failure?.code !== 'NoSuchEntityException';
    return { accessKeyId, userName, outcome: byUs ? 'deleted' : 'already-gone' };
  }
  if ('kind' in key) return { ...result, failure: failure ?? key };
  if (key.status === done.status) return { accessKeyId, userName, outcome: done.outcome };
  if (key.userName.toLowerCase() === userName.toLowerCase()) return result;
  return { accessKeyId, userName, outcome: 'failed', failure: renamed(userName, key.userName) };
}

export function renamed(before: string, now: string): Failure {
  const message =
    `${before} was renamed to ${now} after the account was read and still has the key. ` + 'Run again.';
  return { kind: 'failed', call: 'iam:ListAccessKeys', code: 'Renamed', message };
}
