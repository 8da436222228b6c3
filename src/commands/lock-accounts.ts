import { writeFile } from 'node:fs/promises';

import { difference } from 'd3-array';

import {
  loadAccountsLock,
  renderAccountsLock,
  updateAccountsLock,
  type LockedAccount,
} from '../config/accounts-lock.ts';
import { exists } from '../config/read-text.ts';
import type { Selection } from '../targets/target.ts';
import { UsageError } from './errors.ts';

export interface AccountsLockRequest {
  readonly file: string;
  /** Drop accounts whose removal has been deployed. */
  readonly prune: boolean;
  readonly organizationId: string;
}

/** Numbers of accounts. */
export interface LockChange {
  readonly total: number;
  readonly added: number;
  /** Marked: the next deployment destroys their roles. */
  readonly removed: number;
  readonly dropped: number;
}

/**
 * Writes or updates the reviewed list of accounts for `direct` deployment.
 * @throws UsageError if some targets are unknown, or the file belongs to another organization; ConfigError if
 * the file is invalid
 */
export async function lockAccounts(
  { file, prune, organizationId }: AccountsLockRequest,
  { targets, undecided }: Pick<Selection, 'targets' | 'undecided'>,
): Promise<LockChange> {
  if (undecided.length > 0) {
    const ids = undecided.map(({ account }) => account.id).join(', ');
    throw new UsageError(
      `${file} was not written: keysweep could not find out whether ${ids} are targets, ` +
        'and without them in it their roles would be destroyed. Run again.',
    );
  }
  const previous = (await exists(file)) ? await loadAccountsLock(file) : undefined;
  if (previous && previous.organizationId !== organizationId) {
    throw new UsageError(
      `${file} belongs to organization ${previous.organizationId}, and this is ${organizationId}. ` +
        'Name another file.',
    );
  }
  const lock = updateAccountsLock(
    previous,
    organizationId,
    targets.map(({ account }) => account),
    prune,
  );
  await writeFile(file, renderAccountsLock(lock));
  return changeOf(previous?.accounts ?? [], lock.accounts);
}

function changeOf(before: readonly LockedAccount[], after: readonly LockedAccount[]): LockChange {
  const ids = (accounts: readonly LockedAccount[]) => accounts.map(({ id }) => id);
  const live = (accounts: readonly LockedAccount[]) => ids(accounts.filter(({ removed }) => !removed));
  return {
    total: after.length,
    added: difference(live(after), live(before)).size,
    removed: difference(live(before), live(after)).size,
    dropped: difference(ids(before), ids(after)).size,
  };
}
