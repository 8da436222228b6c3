import { group, max, sum } from 'd3-array';

import type { InventoriedKey, KeyInventory, RunSummary } from '../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import { AGES, ageGroup } from './html/ages.ts';
import { unitNames } from './accounts-by-unit.ts';
import { ageInDays, plural } from './words.ts';

/** Of numbers and texts, for the page and the terminal. */
export interface InventoryTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

const TOP = 20;

/** The key is governed, or this is why no sweep revokes it. */
const GOVERNANCE: Readonly<Record<InventoriedKey['governance'], string>> = {
  governed: 'governed by the rules',
  exempt: 'exempt',
  'opted-out': 'in an account that is opted out',
  'not-in-groups': 'of a user in no configured group',
};

/** What part of all keys a plan or a sweep governs; of an inventory, what it found. */
export function governedLine({ inventory }: Pick<RunSummary, 'inventory'>): string {
  if (!inventory) return 'No inventory was made: keysweep inventory finds the keys that no sweep sees.';
  const { governed, rootKeys, accountsNotRead, at } = inventory;
  const all = totalOf(inventory);
  const share = all === 0 ? '' : ` (${Math.round((100 * governed) / all)} %)`;
  const parts = [
    `The rules govern ${governed} of ${plural(all, 'key')}${share}, by the inventory of ${at.slice(0, 10)}.`,
    ...(rootKeys > 0 ? [`Root keys: ${rootKeys}.`] : []),
    ...(accountsNotRead > 0 ? [`Accounts not read: ${accountsNotRead}.`] : []),
  ];
  return parts.join(' ');
}

/** Empty for the first inventory, and in the report of a plan or a sweep. */
export function changesLine({ before, ...now }: KeyInventory): string[] {
  if (!before) return [];
  const change = (what: string, of: (inventory: KeyInventory) => number): string[] => {
    const by = of(now) - of(before);
    return by === 0 ? [] : [`${by > 0 ? '+' : '−'}${Math.abs(by)} ${what}`];
  };
  const changes = [
    ...change('keys', totalOf),
    ...change('governed', ({ governed }) => governed),
    ...change('exempt', ({ exempt }) => exempt),
    ...change('opted out', ({ optedOut }) => optedOut),
    ...change('in no configured group', ({ notInGroups }) => notInGroups),
    ...change('root keys', ({ rootKeys }) => rootKeys),
    ...change('accounts not read', ({ accountsNotRead }) => accountsNotRead),
  ];
  const found = changes.length === 0 ? 'no number changed' : changes.join(', ');
  const [from, to] = [before.runId, now.runId];
  return [`Since the inventory of ${before.at.slice(0, 10)}: ${found} (keysweep diff ${from} ${to}).`];
}

export function totalOf({ governed, exempt, optedOut, notInGroups }: KeyInventory): number {
  return governed + exempt + optedOut + notInGroups;
}

type Key = InventoriedKey & { readonly stored: StoredAccount; readonly unit: string; readonly age: number };

/** Without the tables that would be empty. */
export function inventoryTables(run: StoredRun): InventoryTable[] {
  const units = unitNames(run);
  const accounts = [...run.accounts.values()].filter(({ inventory }) => inventory);
  const keys = accounts.flatMap((stored): Key[] =>
    (stored.inventory?.keys ?? []).map((key) => ({
      ...{ ...key, stored, unit: units.get(stored.account.id) ?? '' },
      age: ageInDays(key.createDate, run.started.at),
    })),
  );
  const tables = [
    shares('Keys by governance', 'governance', keys, (key) => GOVERNANCE[key.governance]),
    shares('Exempt keys', 'exempt by', keys, exemptBy),
    inOrder(shares('Keys by age', 'age', keys, ({ age }) => ageGroup(age))),
    inOrder(
      shares('Keys by last use', 'last use', keys, (key) => lastUse(key, run)),
      ['never'],
    ),
    shares('Keys by OU', 'OU', keys, ({ unit }) => unit || 'OU unknown'),
    {
      title: 'Oldest active keys',
      head: ['account', 'name', 'user', 'key', 'age in days', 'governance'],
      rows: keys
        .filter(({ status }) => status === 'Active')
        .sort((a, b) => b.age - a.age)
        .slice(0, TOP)
        .map((key) => [...accountCells(key.stored), key.userName, key.accessKeyId, key.age, key.governance]),
    },
    { ...shares('User names with the most keys', 'user name', keys, ({ userName }) => userName), most: TOP },
    {
      title: 'Accounts with root keys',
      head: ['account', 'name', 'root keys'],
      rows: accounts
        .filter(({ inventory }) => inventory?.rootKeys)
        .map((stored) => [...accountCells(stored), stored.inventory?.rootKeys ?? 0]),
    },
    credentials(accounts, run),
  ];
  return tables
    .filter(({ rows }) => rows.length > 0)
    .map((table) => ({ ...table, rows: table.rows.slice(0, 'most' in table ? TOP : undefined) }));
}

function accountCells({ account: { id, name } }: StoredAccount): [string, string] {
  return [id, name];
}

/** @param by undefined: the key does not count */
function shares(
  title: string,
  head: string,
  keys: readonly Key[],
  by: (key: Key) => string | undefined,
): InventoryTable {
  const groups = group(
    keys.filter((key) => by(key) !== undefined),
    (key) => by(key) ?? '',
  );
  const rows = [...groups].map(([name, own]) => {
    const active = own.filter(({ status }) => status === 'Active');
    const governed = own.filter(({ governance }) => governance === 'governed').length;
    return [name, own.length, active.length, governed, max(active, ({ age }) => age) ?? ''] as const;
  });
  return {
    ...{ title, head: [head, 'keys', 'active', 'governed', 'oldest active (d)'] },
    rows: rows.sort((a, b) => b[1] - a[1]),
  };
}

/** By age, and not by number. */
function inOrder(table: InventoryTable, first: readonly string[] = []): InventoryTable {
  const order = [...first, ...AGES];
  return { ...table, rows: table.rows.toSorted(([a], [b]) => order.indexOf(`${a}`) - order.indexOf(`${b}`)) };
}

function exemptBy(key: Key): string | undefined {
  if (key.governance !== 'exempt') return undefined;
  const { name = '', until } = key.exemption ?? {};
  return `${key.reason} ${name}${until === undefined ? '' : `, until ${until}`}`.trim();
}

function lastUse({ lastUsed }: Key, { started }: StoredRun): string | undefined {
  return lastUsed === null ? 'never' : lastUsed && ageGroup(ageInDays(lastUsed, started.at));
}

function credentials(accounts: readonly StoredAccount[], { started }: StoredRun): InventoryTable {
  const all = accounts.flatMap(({ inventory }) => inventory?.credentials ?? []);
  const groups = group(all, ({ kind, service }) => service ?? kind);
  return {
    title: 'Other credentials',
    head: ['credential', 'number', 'active', 'users', 'oldest (d)'],
    rows: [...groups].map(([name, own]) => [
      ...[name, own.length, sum(own, ({ status }) => Number(status === 'Active'))],
      new Set(own.map(({ userName }) => userName)).size,
      max(own, ({ createDate }) => ageInDays(createDate, started.at)) ?? 0,
    ]),
  };
}
