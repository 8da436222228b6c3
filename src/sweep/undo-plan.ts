import { UnreadableLedgerError } from '../ledger/parse-stored.ts';
import type { StoredAccount, StoredRun, StoredWrite } from '../ledger/stored-run.ts';
import type { OrganizationAccount } from '../organization/account.ts';

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
  /** Deleted, or perhaps so: they cannot come back. */
  readonly deleted: readonly StoredWrite[];
}

/**
 * What undoing a run would do, from its ledger alone. Pure.
 * @throws UnreadableLedgerError when it names what can be no account
 */
export function planUndo(run: StoredRun, selection: UndoSelection): UndoPlan {
  const accounts = [...run.accounts.values()]
    .map(checkedAccount)
    .filter(({ account }) => selection.accounts?.includes(account.id) ?? true)
    .map((account) => accountUndo(account, selection))
    .filter(({ restorable, deleted }) => restorable.length + deleted.length > 0);
  const { runId, organizationId } = run.started;
  return { runId, organizationId, accounts };
}

/** The id becomes part of an ARN and of an object key. */
function checkedAccount(stored: StoredAccount): StoredAccount {
  if (/^\d{12}$/.test(stored.account.id)) return stored;
  throw new UnreadableLedgerError(`${JSON.stringify(stored.account.id)} is no id of an AWS account`);
}

function accountUndo({ account, writes }: StoredAccount, { users, keys }: UndoSelection): AccountUndo {
  const chosen = [...writes.values()].filter(
    ({ userName, accessKeyId }) =>
      (users?.includes(userName) ?? true) && (keys?.includes(accessKeyId) ?? true),
  );
  return { account, restorable: chosen.filter(wasDeactivated), deleted: chosen.filter(wasDeleted) };
}

function wasDeactivated({ outcome, intended }: StoredWrite): boolean {
  return outcome === 'deactivated' || (outcome === 'unconfirmed' && intended?.action === 'deactivate');
}

function wasDeleted({ outcome, intended }: StoredWrite): boolean {
  return outcome === 'deleted' || (outcome === 'unconfirmed' && intended?.action === 'delete');
}
