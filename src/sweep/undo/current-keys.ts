import { accessKeys } from '../../aws/iam/keys.ts';
import { readMemory, type AccountMemory } from '../../ledger/memory.ts';
import type { StoredWrite } from '../../ledger/stored-run.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { mapLimited } from '../map-limited.ts';
import type { RunContext } from '../run-context.ts';
import { openAccountSession } from '../open-account-session.ts';
import type { AccountUndo } from './plan-undo.ts';

/** Keys that somebody deactivated, deleted or activated since are no work for an undo, but worth a word. */
export interface CurrentKeys {
  /** To be activated. */
  readonly inactive: readonly StoredWrite[];
  /** Somebody had activated them already; they are held too. */
  readonly wereActive: readonly StoredWrite[];
  /** An earlier undo had activated them, and they are inactive again: they are left so. */
  readonly inactiveAgain: readonly StoredWrite[];
  /** Their users do not have them any more. */
  readonly notFound: readonly StoredWrite[];
  readonly memory: AccountMemory;
}

/** Reads what has become of the keys that an undo is about. @throws CallFailedError, the store's error */
export async function currentKeys(
  target: TargetAccount,
  { restorable, activatedSince }: AccountUndo,
  context: RunContext,
): Promise<CurrentKeys> {
  const asked = [...restorable, ...activatedSince];
  const now = await statuses(target, asked, context);
  const being = (status: string | undefined, keys: readonly StoredWrite[]): StoredWrite[] =>
    keys.filter(({ accessKeyId }) => now.get(accessKeyId) === status);
  return {
    inactive: being('Inactive', restorable),
    wereActive: being('Active', asked),
    inactiveAgain: being('Inactive', activatedSince),
    notFound: being(undefined, asked),
    memory: await readMemory(context.store, target.account.id),
  };
}

/** By access key id. */
async function statuses(
  target: TargetAccount,
  writes: readonly StoredWrite[],
  context: RunContext,
): Promise<ReadonlyMap<string, string>> {
  if (writes.length === 0) return new Map();
  const { reading } = context.deadline;
  const iam = await openAccountSession(target, { reads: true }, context, reading);
  const userNames = [...new Set(writes.map(({ userName }) => userName))];
  const keys = await mapLimited(userNames, target.settings.callsPerAccount, (name) =>
    accessKeys(iam, name, reading),
  );
  return new Map(
    keys.flatMap((found) => found ?? []).map(({ accessKeyId, status }) => [accessKeyId, status]),
  );
}
