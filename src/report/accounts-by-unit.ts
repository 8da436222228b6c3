import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import { pathName, unitPaths } from './unit-paths.ts';

/** The accounts directly in one OU. */
export interface UnitOfAccounts {
  /** `Workloads / Prod`; for the root its own name. */
  readonly name: string;
  readonly accounts: readonly StoredAccount[];
}

/**
 * Every account of the run once, in the order of the OU tree. OUs without accounts are left out.
 * @param unknown names the last group: accounts whose OU the run does not know
 */
export function unitsOf({ units = [], accounts }: StoredRun, unknown: string): UnitOfAccounts[] {
  const left = new Map(accounts);
  const groups = unitPaths(units).map((path) => ({
    name: pathName(path),
    accounts: (path.at(-1)?.accounts ?? []).flatMap((id) => {
      const account = left.get(id);
      left.delete(id);
      return account ? [account] : [];
    }),
  }));
  return [...groups, { name: unknown, accounts: [...left.values()] }].filter(
    (group) => group.accounts.length > 0,
  );
}

/** The name of each account's OU, by account ID. */
export function unitNames(run: StoredRun): ReadonlyMap<string, string> {
  return new Map(
    unitsOf(run, '').flatMap(({ name, accounts }) => accounts.map(({ account }) => [account.id, name])),
  );
}
