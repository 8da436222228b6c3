import { readDenyList, type DenyList } from '../../ledger/deny-list.ts';
import { readMemory, type AccountMemory } from '../../ledger/memory.ts';
import type { WriteResult } from '../../ledger/record.ts';
import type { StoredWrite } from '../../ledger/stored-run.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { findKeys, NOT_READ, type KeyNow } from '../find-keys.ts';
import type { RunContext } from '../run-context.ts';
import { openAccountSession } from '../open-account-session.ts';
import type { AccountUndo } from './plan-undo.ts';
import { refuseUsers } from './refuse-users.ts';

export interface UndoOverrides {
  /** Users about whom nothing is asked. */
  readonly overrideUsers: readonly string[];
  /** Keys that are restored although they leaked. */
  readonly leakedKeys: readonly string[];
}

/** The keys of an undo by their current status. */
export interface CurrentKeys {
  /** To be reactivated. */
  readonly inactive: readonly StoredWrite[];
  /** Already active; they are held, too. */
  readonly wereActive: readonly StoredWrite[];
  /** Reactivated by an earlier undo and inactive again; they stay inactive. */
  readonly inactiveAgain: readonly StoredWrite[];
  /** They are gone. */
  readonly notFound: readonly StoredWrite[];
  /** Not restored: nobody can say what became of them, or their users are refused. */
  readonly unknown: readonly WriteResult[];
  readonly memory: AccountMemory;
}

/** @throws CallFailedError; the store's error */
export async function currentKeys(
  target: TargetAccount,
  { restorable, activatedSince }: AccountUndo,
  overrides: UndoOverrides,
  context: RunContext,
): Promise<CurrentKeys> {
  const all = [...restorable, ...activatedSince];
  const current = await keysNow(target, all, overrides, context);
  const nowOf = ({ accessKeyId }: StoredWrite): KeyNow => current.get(accessKeyId) ?? NOT_READ;
  /** Under the names that their users have now. */
  const withStatus = (status: string, keys: readonly StoredWrite[]): StoredWrite[] =>
    keys.flatMap((key) => {
      const now = nowOf(key);
      return typeof now === 'object' && 'status' in now && now.status === status
        ? [{ ...key, userName: now.userName }]
        : [];
    });
  return {
    inactive: withStatus('Inactive', restorable),
    wereActive: withStatus('Active', all),
    inactiveAgain: withStatus('Inactive', activatedSince),
    notFound: all.filter((key) => nowOf(key) === 'gone'),
    unknown: all.flatMap((key) => notAttempted(key, nowOf(key))),
    memory: await readMemory(context.store, target.account.id),
  };
}

function notAttempted({ accessKeyId, userName }: StoredWrite, now: KeyNow): WriteResult[] {
  if (now === 'gone' || 'status' in now) return [];
  return [{ accessKeyId, userName, outcome: 'not-attempted', failure: now }];
}

/** By access key ID. */
async function keysNow(
  target: TargetAccount,
  writes: readonly StoredWrite[],
  { overrideUsers, leakedKeys }: UndoOverrides,
  context: RunContext,
): Promise<ReadonlyMap<string, KeyNow>> {
  if (writes.length === 0) return new Map();
  const { reading } = context.deadline;
  const iam = await openAccountSession(target, { reads: true }, context, reading);
  const found = await findKeys(iam, writes, target.settings.callsPerAccount, reading);
  // Read now, for a key may leak while the undo runs.
  const allowed = refuseLeaked(found, leakedKeys, await readDenyList(context.store));
  return refuseUsers(iam, allowed, target, overrideUsers, context);
}

/** Replaces leaked keys that still exist by a failure. */
function refuseLeaked(
  keys: ReadonlyMap<string, KeyNow>,
  allowed: readonly string[],
  leaked: DenyList,
): ReadonlyMap<string, KeyNow> {
  const refusal = (id: string, key: KeyNow): KeyNow => {
    const entry = leaked.get(id);
    if (!entry || key === 'gone' || 'kind' in key || allowed.includes(id)) return key;
    const message =
      `${id} leaked: ${entry.reason} (run ${entry.byRun}). ` +
      `To restore it all the same, add --leaked-key ${id}.`;
    return { kind: 'withheld', call: 'keysweep', code: 'Leaked', message };
  };
  return new Map([...keys].map(([id, key]) => [id, refusal(id, key)]));
}
