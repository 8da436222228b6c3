import { accessKeys } from '../../aws/iam/keys.ts';
import { readMemory, type AccountMemory } from '../../ledger/memory.ts';
import type { StoredWrite } from '../../ledger/stored-run.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { mapLimited } from '../map-limited.ts';
import type { RunContext } from '../run-context.ts';
import { openAccountSession } from '../open-account-session.ts';
import type { AccountUndo } from './plan-undo.ts';

/** The keys of an undo by their current status. */
export interface CurrentKeys {
  /** To be reactivated. */
  readonly inactive: readonly StoredWrite[];
  /** Already active; they are held, too. */
  readonly wereActive: readonly StoredWrite[];
  /** Reactivated by an earlier undo and inactive again; they stay inactive. */
  readonly inactiveAgain: readonly StoredWrite[];
  /** Their users no longer have them. */
  readonly notFound: readonly StoredWrite[];
  readonly memory: AccountMemory;
}

/** @throws CallFailedError; the store's error */
export async function currentKeys(
  target: TargetAccount,
  { restorable, activatedSince }: AccountUndo,
  context: RunContext,
): Promise<CurrentKeys> {
  const all = [...restorable, ...activatedSince];
  const current = await statuses(target, all, context);
  const withStatus = (status: string | undefined, keys: readonly StoredWrite[]): StoredWrite[] =>
    keys.filter(({ accessKeyId }) => current.get(accessKeyId) === status);
  return {
    inactive: withStatus('Inactive', restorable),
    wereActive: withStatus('Active', all),
    inactiveAgain: withStatus('Inactive', activatedSince),
    notFound: withStatus(undefined, all),
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
  return new Map(keys.flatMap((own) => own ?? []).map(({ accessKeyId, status }) => [accessKeyId, status]));
}
