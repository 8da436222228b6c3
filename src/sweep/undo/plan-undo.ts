import { UnreadableLedgerError } from '../../ledger/errors.ts';
import type { StoredAccount, StoredRun, StoredWrite } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';

/** The newest run that wrote to a key after the one to undo, and what it did. */
export interface LaterWrite {
  readonly byRun: string;
  readonly did: 'deactivated' | 'activated';
}

/** Narrows an undo; each list that is given must name the account, user or key. */
export interface UndoSelection {
  readonly accounts?: readonly string[] | undefined;
  readonly users?: readonly string[] | undefined;
  readonly keys?: readonly string[] | undefined;
}

export interface UndoPlan {
  readonly runId: string;
  /** Of the run; in any other one its accounts are somebody else's. */
  readonly organizationId: string;
  readonly accounts: readonly AccountUndo[];
}

/** What of one account can be restored and what cannot. */
export interface AccountUndo {
  readonly account: OrganizationAccount;
  /** Deactivated by the run, or perhaps so: the run never heard what became of them. */
  readonly restorable: readonly StoredWrite[];
  /** Deactivated by the run, and by a later one again: what they are now is for the undo of that one. */
  readonly deactivatedSince: readonly WriteOfBoth[];
  /** Deactivated by the run, and activated by a later undo: they are held anew, and one that is inactive again is so because somebody wanted it. */
  readonly activatedSince: readonly WriteOfBoth[];
  /** Deleted, or perhaps so: they cannot come back. */
  readonly deleted: readonly StoredWrite[];
}

export interface WriteOfBoth extends StoredWrite {
  /** The newest run that wrote to the key. */
  readonly byRun: string;
}

/**
 * What undoing a run would do, from the ledger alone. Pure.
 * @param since the keys that later runs wrote to
 * @throws UnreadableLedgerError when it names what can be no account
 */
export function planUndo(
  run: StoredRun,
  selection: UndoSelection,
  since: ReadonlyMap<string, LaterWrite>,
): UndoPlan {
  const accounts = [...run.accounts.values()]
    .map(checkedAccount)
    .filter(({ account }) => selection.accounts?.includes(account.id) ?? true)
    .map((account) => accountUndo(account, selection, since))
    .filter(concernsKeys);
  const { runId, organizationId } = run.started;
  return { runId, organizationId, accounts };
}

/** The id becomes part of an ARN and of an object key. */
function checkedAccount(stored: StoredAccount): StoredAccount {
  if (/^\d{12}$/.test(stored.account.id)) return stored;
  throw new UnreadableLedgerError(`${JSON.stringify(stored.account.id)} is not an AWS account id`);
}

function accountUndo(
  { account, writes }: StoredAccount,
  { users, keys }: UndoSelection,
  since: ReadonlyMap<string, LaterWrite>,
): AccountUndo {
  const chosen = [...writes.values()].filter(
    ({ userName, accessKeyId }) =>
      (users?.includes(userName) ?? true) && (keys?.includes(accessKeyId) ?? true),
  );
  const deactivated = chosen.filter(wasDeactivated);
  const writtenBy = (did: LaterWrite['did']): WriteOfBoth[] =>
    deactivated.flatMap((write) => {
      const later = since.get(write.accessKeyId);
      return later?.did === did ? [{ ...write, byRun: later.byRun }] : [];
    });
  return {
    account,
    restorable: deactivated.filter(({ accessKeyId }) => !since.has(accessKeyId)),
    deactivatedSince: writtenBy('deactivated'),
    activatedSince: writtenBy('activated'),
    deleted: chosen.filter(wasDeleted),
  };
}

function concernsKeys({ restorable, deactivatedSince, activatedSince, deleted }: AccountUndo): boolean {
  return [restorable, deactivatedSince, activatedSince, deleted].some(({ length }) => length > 0);
}

export function wasDeactivated({ outcome, intended }: StoredWrite): boolean {
  return outcome === 'deactivated' || (outcome === 'unconfirmed' && intended?.action === 'deactivate');
}

/** A delete whose first answer was lost finds its key already gone. */
function wasDeleted({ outcome, intended }: StoredWrite): boolean {
  return (
    outcome === 'deleted' ||
    ((outcome === 'unconfirmed' || outcome === 'already-gone') && intended?.action === 'delete')
  );
}
