import { expect, it } from 'vitest';

import type { AccountInventoried, KeyInventory } from '../../src/ledger/record.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import { governedLine, inventoryTables } from '../../src/report/inventory.ts';
import { metricsOf } from '../../src/report/metrics.ts';
import { renderRun } from '../../src/report/text.ts';
import { PLAIN } from '../../src/report/style.ts';
import { renderPage } from '../../src/report/html/page.ts';
import { renderCsv } from '../../src/report/csv.ts';
import { sha256Base64 as sha256 } from '../../src/publish/report-page.ts';
import { buildRun, daysAgo } from '../support/build-run.ts';
import { AT, RUN_ID } from '../support/records.ts';

const ID = '100000000001';
const COUNTS = { runId: RUN_ID, at: AT, governed: 3, exempt: 1, optedOut: 0, notInGroups: 2, rootKeys: 1 };
const NOW: KeyInventory = {
  ...{ ...COUNTS, accountsNotRead: 2 },
  before: { ...COUNTS, governed: 1, at: '2026-11-20T06:00:00.000Z', accountsNotRead: 0 },
};
const key = (accessKeyId: string, days: number, more: object = {}): AccountInventoried['keys'][number] => ({
  ...{ accessKeyId, userName: 'ada', status: 'Active', createDate: daysAgo(days), governance: 'governed' },
  ...more,
});

async function inventoryRun(): Promise<StoredRun> {
  const run = await buildRun({ accounts: [{ id: ID, name: 'web' }], summary: { inventory: NOW } });
  const [stored] = run.accounts.values();
  const inventory: AccountInventoried = {
    ...{ type: 'account-inventoried', at: AT, accountId: ID, users: 3, rootKeys: 1, unreadUsers: [] },
    keys: [
      key('AKIA1', 400, { lastUsed: daysAgo(1) }),
      key('AKIA2', 2, { governance: 'not-in-groups', userName: 'bob', lastUsed: null }),
      key('AKIA3', 900, { status: 'Inactive' }),
      key('AKIA4', 50, {
        ...{ governance: 'exempt', reason: 'exempt.users' },
        exemption: { name: 'a*', until: '2027-01-31' },
      }),
    ],
    credentials: [
      {
        ...{ userName: 'bob', kind: 'service-specific', id: 'ACCA1', status: 'Active' },
        ...{ createDate: daysAgo(20), service: 'bedrock.amazonaws.com' },
      },
    ],
  };
  const accounts = new Map([[ID, { ...stored!, plan: undefined, inventory }]]);
  const summary = { ...run.summary!, mode: 'inventory' as const };
  return { ...run, started: { ...run.started, mode: 'inventory' }, summary, accounts };
}

const rowsOf = (run: StoredRun, title: string) =>
  inventoryTables(run).find((table) => table.title === title)?.rows;

it('counts keys by governance, age, last use and user, and what changed', async () => {
  const run = await inventoryRun();
  expect(rowsOf(run, 'Keys by governance')).toEqual([
    ['governed by the rules', 2, 1, 2, 400],
    ['of a user in no configured group', 1, 1, 0, 2],
    ['exempt', 1, 1, 0, 50],
  ]);
  expect(rowsOf(run, 'Exempt keys')).toEqual([['exempt.users a*, until 2027-01-31', 1, 1, 0, 50]]);
  expect(rowsOf(run, 'Keys by age')?.map(([age]) => age)).toEqual([
    ...['up to 7 days', '30 to 90 days', '1 to 2 years', 'over 2 years'],
  ]);
  expect(rowsOf(run, 'Keys by last use')?.map(([use]) => use)).toEqual(['never', 'up to 7 days']);
  expect(rowsOf(run, 'Oldest active keys')?.map((row) => row[3])).toEqual(['AKIA1', 'AKIA4', 'AKIA2']);
  expect(rowsOf(run, 'Users with the most keys')?.map(([name, keys]) => [name, keys])).toEqual([
    ['ada', 3],
    ['bob', 1],
  ]);
  expect(rowsOf(run, 'Accounts with root keys')).toEqual([[ID, 'web', 1]]);
  expect(rowsOf(run, 'Other credentials')).toEqual([['bedrock.amazonaws.com', 1, 1, 1, 20]]);
  expect(rowsOf(run, 'Changes since 2026-11-20')).toContainEqual(['governed', 1, 3, 2]);
});

it('is in the text, on the page, in the CSV and in the metrics', async () => {
  const run = await inventoryRun();
  const date = AT.slice(0, 10);
  const line =
    'The rules govern 3 of 6 keys (50 %), and 1 root key; 2 accounts not read ' + `(inventory of ${date}).`;
  expect(governedLine(run.summary!)).toBe(line);
  expect(renderRun(run, { style: PLAIN, rows: 40 })).toContain(line);
  const page = renderPage({ run, history: [], sha256 });
  expect(page).toContain(line);
  expect(page).toContain('Which keys are there?');
  expect(page).not.toContain('What changed?');
  const csv = renderCsv(run, new Map()).split('\r\n');
  expect(csv.filter((row) => row.includes('"access-key"'))).toHaveLength(4);
  expect(csv.find((row) => row.includes('AKIA4'))).toMatch(/"exempt.users".*"a\*","2027-01-31".*"exempt"/);
  expect(csv.find((row) => row.includes('ACCA1'))).toContain('"bedrock.amazonaws.com"');
  const metrics = new Map(metricsOf(run.summary!).map(({ name, value }) => [name, value]));
  expect([metrics.get('UngovernedKeys'), metrics.get('RootKeys')]).toEqual([3, 1]);
});

it('is missing where none was made, and plans say so', async () => {
  const run = await buildRun({ accounts: [{ id: ID }] });
  expect(renderRun(run, { style: PLAIN, rows: 40 })).toContain('No inventory was made: keysweep inventory');
  expect(metricsOf(run.summary!).map(({ name }) => name)).not.toContain('RootKeys');
});
