import { UnreadableLedgerError } from '../../ledger/errors.ts';
import type { StoredAccount, StoredRun, StoredWrite } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';

/** By the newest run that wrote to a key after the run to undo. */
export interface LaterWrite {
  readonly byRun: string;
  readonly effect: 'deactivated' | 'activated';
}

/** Narrows an undo: a key must match every list that is given. */
export interface UndoSelection {
  readonly accounts?: readonly string[] | undefined;
  readonly users?: readonly string[] | undefined;
  readonly keys?: readonly string[] | undefined;
}

export interface UndoPlan {
  readonly runId: string;
  readonly organizationId: string;
  readonly accounts: readonly AccountUndo[];
}

/** The keys of one account that can be restored, and those that cannot. */
export interface AccountUndo {
  readonly account: OrganizationAccount;
  /** Deactivated by the run, or unconfirmed. */
  readonly restorable: readonly StoredWrite[];
  /** Deactivated again by a later run, whose undo would restore them. */
  readonly deactivatedSince: readonly OverwrittenWrite[];
  /** Activated by a later undo: they are only held again. One that is inactive now stays so. */
  readonly activatedSince: readonly OverwrittenWrite[];
  /** Deleted by the run, or unconfirmed: they cannot be restored. */
  readonly deleted: readonly StoredWrite[];
}

export interface OverwrittenWrite extends StoredWrite {
  /** The newest run that wrote to the key. */
  readonly byRun: string;
}

/**
 * What undoing a run would do, from the ledger alone.
 * @param since later writes, by access key ID
 * @throws UnreadableLedgerError for an invalid account ID
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
    .filter(hasKeys);
  const { runId, organizationId } = run.started;
  return { runId, organizationId, accounts };
}

/** The ID becomes part of an ARN and of an object key. */
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
  const overwritten = (effect: LaterWrite['effect']): OverwrittenWrite[] =>
    deactivated.flatMap((write) => {
      const later = since.get(write.accessKeyId);
      return later?.effect === effect ? [{ ...write, byRun: later.byRun }] : [];
    });
  return {
    account,
    restorable: deactivated.filter(({ accessKeyId }) => !since.has(accessKeyId)),
    deactivatedSince: overwritten('deactivated'),
    activatedSince: overwritten('activated'),
    deleted: chosen.filter(wasDeleted),
  };
}

function hasKeys({ restorable, deactivatedSince, activatedSince, deleted }: AccountUndo): boolean {
  return [restorable, deactivatedSince, activatedSince, deleted].some(({ length }) => length > 0);
}

export function wasDeactivated({ outcome, intended }: StoredWrite): boolean {
  return outcome === 'deactivated' || (outcome === 'unconfirmed' && intended?.action === 'deactivate');
}

/** A retried delete finds its key already gone. */
function wasDeleted({ outcome, intended }: StoredWrite): boolean {
  return (
    outcome === 'deleted' ||
    ((outcome === 'unconfirmed' || outcome === 'already-gone') && intended?.action === 'delete')
  );
}
