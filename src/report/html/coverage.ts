import { stratify } from 'd3-hierarchy';

import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import type { ListedUnit } from '../../organization/ou-tree.ts';

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
  const groups = inTreeOrder(units).map(({ name, unit }) => ({
    name,
    accounts: unit.accounts.flatMap((id) => {
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

/** Below an artificial root, so that an OU without a known parent does not break the tree. */
function treeOf(units: readonly ListedUnit[]) {
  const known = new Set(units.map(({ id }) => id));
  // No OU has this ID; d3 ignores nodes with an empty one.
  const top = { id: '/', name: '' };
  return stratify<ListedUnit | typeof top>()
    .id(({ id }) => id)
    .parentId((unit) => {
      if (unit === top) return null;
      const parent = 'parent' in unit ? unit.parent : undefined;
      return parent !== undefined && known.has(parent) ? parent : top.id;
    })([top, ...units]);
}
