import { group, max, sum } from 'd3-array';

import type { InventoriedKey, KeyInventory, RunSummary } from '../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import { AGES, ageGroup } from './html/ages.ts';
import { unitNames } from './html/coverage.ts';
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
  const root = rootKeys > 0 ? `, and ${plural(rootKeys, 'root key')}` : '';
  const unread = accountsNotRead > 0 ? `; ${plural(accountsNotRead, 'account')} not read` : '';
  const date = at.slice(0, 10);
  return `The rules govern ${governed} of ${plural(all, 'key')}${share}${root}${unread} (inventory of ${date}).`;
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
    changes(run.summary?.inventory),
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
    { ...shares('Users with the most keys', 'user', keys, ({ userName }) => userName), most: TOP },
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

/** Since the inventory before. */
function changes(now: KeyInventory | undefined): InventoryTable {
  const before = now?.before;
  const row = (what: string, count: (of: Omit<KeyInventory, 'before'>) => number) =>
    now && before ? [[what, count(before), count(now), count(now) - count(before)]] : [];
  return {
    title: `Changes since ${before?.at.slice(0, 10) ?? ''}`,
    head: ['keys', 'before', 'now', 'change'],
    rows: [
      ...row('all', totalOf),
      ...row('governed', ({ governed }) => governed),
      ...row('exempt', ({ exempt }) => exempt),
      ...row('opted out', ({ optedOut }) => optedOut),
      ...row('in no configured group', ({ notInGroups }) => notInGroups),
      ...row('root keys', ({ rootKeys }) => rootKeys),
      ...row('accounts not read', ({ accountsNotRead }) => accountsNotRead),
    ],
  };
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
