import { stratify } from 'd3-hierarchy';

import { isOk } from '../../ledger/outcomes.ts';
import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import type { ListedUnit } from '../../organization/ou-tree.ts';
import type { Ending } from './words.ts';

/** The accounts right below one OU. */
export interface UnitOfAccounts {
  /** `Workloads / Prod`; for the root its own name. */
  readonly name: string;
  readonly accounts: readonly StoredAccount[];
}

export function endingOf({ finished }: StoredAccount): Ending {
  return finished?.outcome ?? 'without-end';
}

/** Whether the account is none that somebody has to see to. */
export function isCovered(account: StoredAccount): boolean {
  const ending = endingOf(account);
  return ending !== 'without-end' && isOk(ending);
}

/**
 * Every account of the run once, by OU in the order of the tree; those of which the run does not know where they hang come
 * last, under `elsewhere`. OUs without accounts are left out. Pure.
 */
export function unitsOf({ units = [], accounts }: StoredRun, elsewhere: string): UnitOfAccounts[] {
  const left = new Map(accounts);
  const groups = inTreeOrder(units).map(({ name, unit }) => ({
    name,
    accounts: unit.accounts.flatMap((id) => {
      const account = left.get(id);
      left.delete(id);
      return account ? [account] : [];
    }),
  }));
  return [...groups, { name: elsewhere, accounts: [...left.values()] }].filter(
    (group) => group.accounts.length > 0,
  );
}

/** The name of each account's OU, by account id. Pure. */
export function unitNames(run: StoredRun): ReadonlyMap<string, string> {
  return new Map(
    unitsOf(run, '').flatMap(({ name, accounts }) => accounts.map(({ account }) => [account.id, name])),
  );
}

function inTreeOrder(units: readonly ListedUnit[]): { readonly name: string; readonly unit: ListedUnit }[] {
  if (units.length === 0) return [];
  const root = treeOf(units).sort((a, b) => (a.data.name < b.data.name ? -1 : 1));
  const ordered: { name: string; unit: ListedUnit }[] = [];
  root.eachBefore((node) => {
    if (!('accounts' in node.data)) return;
    const path = node
      .ancestors()
      .reverse()
      .filter(({ data }) => 'accounts' in data);
    const names = path.map(({ data }) => data.name);
    ordered.push({ name: (names.length > 1 ? names.slice(1) : names).join(' / '), unit: node.data });
  });
  return ordered;
}

/** Below one node that is no OU, so that a unit whose parent is not known does not break the tree. */
function treeOf(units: readonly ListedUnit[]) {
  const known = new Set(units.map(({ id }) => id));
  // No OU has such an id, and an empty one would be no node at all.
  const top = { id: '/', name: '' };
  return stratify<ListedUnit | typeof top>()
    .id(({ id }) => id)
    .parentId((unit) => {
      if (unit === top) return null;
      const parent = 'parent' in unit ? unit.parent : undefined;
      return parent !== undefined && known.has(parent) ? parent : top.id;
    })([top, ...units]);
}
