import { describe, expect, it } from 'vitest';

import type { AccountInventoried } from '../../src/ledger/record.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import { renderDiff } from '../../src/report/diff-text.ts';
import { diffRuns, type RunDiff } from '../../src/report/diff.ts';
import { changesLine, governedLine, inventoryTables } from '../../src/report/inventory.ts';
import { metricsOf } from '../../src/report/metrics.ts';
import { renderRun } from '../../src/report/text.ts';
import { PLAIN } from '../../src/report/style.ts';
import { renderPage } from '../../src/report/html/page.ts';
import { renderCsv } from '../../src/report/csv.ts';
import { sha256Base64 as sha256 } from '../../src/publish/report-page.ts';
import { buildRun } from '../support/build-run.ts';
import {
  INVENTORIED_ID as ID,
  INVENTORY_COUNTS as NOW,
  inventoriedKey as key,
  inventoryRun,
} from '../support/inventory-run.ts';
import { AT, RUN_ID } from '../support/records.ts';

const OPTIONS = { style: PLAIN, rows: 40 };
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
  expect(rowsOf(run, 'User names with the most keys')?.map(([name, keys]) => [name, keys])).toEqual([
    ['ada', 3],
    ['bob', 1],
  ]);
  expect(rowsOf(run, 'Accounts with root keys')).toEqual([[ID, 'web', 1]]);
  expect(rowsOf(run, 'Other credentials')).toEqual([['bedrock.amazonaws.com', 1, 1, 1, 20]]);
  expect(changesLine(NOW)).toEqual([
    'Since the inventory of 2026-11-20: +2 keys, +2 governed, +2 accounts not read ' +
      `(keysweep diff ${RUN_ID} ${RUN_ID}).`,
  ]);
  const { before, ...first } = NOW;
  expect(changesLine(first)).toEqual([]);
  expect(changesLine({ ...first, before: { ...first, rootKeys: 4, exempt: 0 } })[0]).toMatch(
    /: \+1 keys, \+1 exempt, −3 root keys \(/,
  );
  expect(changesLine({ ...first, before: first })[0]).toContain(': no number changed (');
  expect(before).toBeDefined();
});

describe('two inventories', () => {
  const accountOf = (run: StoredRun, of: object, more: object[] = []): StoredRun => {
    const stored = run.accounts.get(ID)!;
    const keys = [...stored.inventory!.keys.map((one) => ({ ...one, ...of })), ...more];
    const inventory = { ...stored.inventory!, keys: keys as AccountInventoried['keys'] };
    return { ...run, accounts: new Map([[ID, { ...stored, inventory }]]) };
  };

  it('have no difference if they are equal', async () => {
    const run = await inventoryRun();
    const diff = diffRuns(run, run);
    expect(diff.inventory).toEqual({ keys: [], rootKeys: [] });
    expect(renderDiff(diff, OPTIONS)).toContain('0 accounts and 0 keys changed.');
  });

  it('show keys that are new, gone, no longer governed, or have another status', async () => {
    const run = await inventoryRun();
    const before = accountOf(run, {}, [key('GONE', 9), key('OUT', 9), key('OFF', 9, { status: 'Inactive' })]);
    const after = accountOf(run, {}, [key('NEW', 1), key('OUT', 9, { governance: 'exempt' }), key('OFF', 9)]);
    const { inventory, ...others } = diffRuns(before, after);
    const active = { status: 'Active', governance: 'governed' };
    expect(inventory?.keys.map(({ accessKeyId, before, after }) => [accessKeyId, before, after])).toEqual([
      ['GONE', active, null],
      ['OUT', active, { status: 'Active', governance: 'exempt' }],
      ['OFF', { ...active, status: 'Inactive' }, active],
      ['NEW', null, active],
    ]);
    const text = renderDiff({ ...others, inventory }, OPTIONS);
    const found = [
      /Keys removed \(1\)\n[^\n]*\n.*GONE +Active, governed +none\n/,
      /Keys that no sweep governs any more \(1\)\n[^\n]*\n.*OUT +Active, governed +Active, exempt\n/,
      /Keys with another status or governance \(1\)\n[^\n]*\n.*OFF +Inactive, governed +Active, governed\n/,
      /Keys added \(1\)\n[^\n]*\n.*NEW +none +Active, governed\n/,
      /0 accounts and 4 keys changed\.$/,
    ];
    for (const part of found) expect(text).toMatch(part);
  });

  it('say nothing about users and accounts that one of them could not read', async () => {
    const run = await inventoryRun();
    const stored = run.accounts.get(ID)!;
    const failure = {
      kind: 'denied',
      call: 'iam:ListAccessKeys',
      code: 'AccessDenied',
      message: '',
    } as const;
    const part = { ...stored.inventory!, keys: [], unreadUsers: [{ userName: 'ada', failure }] };
    const withPart = { ...run, accounts: new Map([[ID, { ...stored, inventory: part }]]) };
    const without = { ...run, accounts: new Map([[ID, { ...stored, inventory: undefined }]]) };
    const ids = (diff: RunDiff) => diff.inventory?.keys.map(({ accessKeyId }) => accessKeyId);
    expect(ids(diffRuns(withPart, run))).toEqual(['AKIA2']);
    expect(ids(diffRuns(run, withPart))).toEqual(['AKIA2']);
    for (const diff of [diffRuns(run, without), diffRuns(without, run)])
      expect(diff.inventory).toEqual({ keys: [], rootKeys: [] });
  });

  it('show root keys, and all keys of an account that is new', async () => {
    const run = await inventoryRun();
    const stored = run.accounts.get(ID)!;
    const inventory = { ...stored.inventory!, rootKeys: 2 };
    const more = { ...run, accounts: new Map([[ID, { ...stored, inventory }]]) };
    const account = { accountId: ID, accountName: 'web' };
    expect(diffRuns(run, more).inventory?.rootKeys).toEqual([{ ...account, before: 1, after: 2 }]);
    const added = diffRuns({ ...run, accounts: new Map() }, run);
    expect(added.inventory?.rootKeys).toEqual([{ ...account, before: 0, after: 1 }]);
    expect(added.inventory?.keys).toHaveLength(4);
    expect(renderDiff(added, OPTIONS)).toMatch(/number of root keys \(1\)\n[^\n]*\n.*web +0 +1\n/);
  });

  it('are no part of the difference of two plans', async () => {
    const run = await buildRun({ accounts: [{ id: ID }] });
    expect(diffRuns(run, run).inventory).toBeNull();
  });
});

it('is in the text, on the page, in the CSV and in the metrics', async () => {
  const run = await inventoryRun();
  const date = AT.slice(0, 10);
  const line =
    `The rules govern 3 of 6 keys (50 %), by the inventory of ${date}. ` +
    'Root keys: 1. Accounts not read: 2.';
  expect(governedLine(run.summary!)).toBe(line);
  expect(renderRun(run, { style: PLAIN, rows: 40 }).body).toContain(line);
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
  expect(renderRun(run, { style: PLAIN, rows: 40 }).body).toContain(
    'No inventory was made: keysweep inventory',
  );
  expect(metricsOf(run.summary!).map(({ name }) => name)).not.toContain('RootKeys');
});
