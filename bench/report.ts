/* eslint-disable no-console -- a command whose result is what it prints */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';

import { NO_KEYS } from '../src/ledger/totals.ts';
import type { LedgerRecord } from '../src/ledger/record.ts';
import { foldRun } from '../src/ledger/stored-run.ts';
import { renderPage } from '../src/report/html/page.ts';
import { PLAIN } from '../src/report/style.ts';
import { renderRun } from '../src/report/text.ts';

/**
 * What the text and the page of a large run take, from its records on: seconds of the processor, and the peak
 * of memory of the process.
 *
 * - node --import tsx bench/report.ts
 * - node --import tsx bench/report.ts --accounts 1000 --keys 5
 */
const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '10000' },
    keys: { type: 'string', default: '33' },
  },
});
const accounts = Array.from({ length: Number(values.accounts) }, (_, n) => String(100000000000 + n));
const AT = '2026-11-27T21:00:00.000Z';

const read = await metered('records', () => foldRun(records(Number(values.keys))));
await metered('text', () => renderRun(read, { style: PLAIN, rows: 40 }));
await metered('page', () => renderPage({ run: read, history: [], sha256 }));

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

async function metered<Result>(what: string, work: () => Result | Promise<Result>): Promise<Result> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const seconds = ((user + system) / 1e6).toFixed(2);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${what.padEnd(8)} ${seconds.padStart(6)} s of processor, peak ${peak} MiB`);
  return result;
}

/** Of a sweep: one key in three is kept. Each text is its own, as where the ledger is read. */
function* records(keys: number): Generator<LedgerRecord> {
  yield {
    type: 'run-started',
    at: AT,
    runId: '20261127T210000Z-abc123',
    mode: 'sweep',
    organizationId: 'o-abc',
    managementAccountId: '999999999999',
    caller: 'arn:aws:iam::999999999999:role/rotator',
    configSha256: ''.padEnd(64, '0'),
    keysweepVersion: '0.0.0',
  };
  const listed = accounts.map((id) => ({
    id,
    name: `account ${id}`,
    state: 'ACTIVE',
    isManagementAccount: false,
  }));
  const units = [{ id: 'r-1', name: 'Root', accounts }];
  yield { type: 'accounts-listed', at: AT, accounts: listed, units };
  for (const accountId of accounts) yield* recordsOf(accountId, keys);
}

function* recordsOf(accountId: string, keys: number): Generator<LedgerRecord> {
  const about = { at: AT, accountId };
  const all = Array.from({ length: keys }, (_, n) => ({
    accessKeyId: `AKIA${accountId}${String(n).padStart(4, '0')}`,
    userName: `user.${accountId}.${n}`,
    createDate: new Date(Date.parse(AT) - n * 86_400_000),
    status: 'Active',
  }));
  const kept = all.filter((_, n) => n % 3 === 0);
  const due = all.filter((_, n) => n % 3 !== 0);
  const reason = 'maxKeyAgeDays reached';
  const writes = due.map(({ accessKeyId, userName }) => ({ accessKeyId, userName }));
  yield {
    type: 'account-planned',
    ...about,
    ...{ armed: true, users: keys, missingGroups: [], unreadUsers: [] },
    rules: { maxKeyAgeDays: 30, mode: 'deactivate-then-delete', deleteAfterDays: 7 },
    decisions: [
      ...kept.map((key) => ({ ...key, action: 'keep', reason: 'maxKeyAgeDays not reached' }) as const),
      ...due.map((key) => ({ ...key, action: 'deactivate', reason }) as const),
    ],
  };
  yield {
    type: 'writes-intended',
    ...about,
    writes: writes.map((key) => ({ ...key, action: 'deactivate', reason, statusBefore: 'Active' })),
  };
  yield { type: 'writes-done', ...about, results: writes.map((key) => ({ ...key, outcome: 'deactivated' })) };
  const counts = { seen: keys, kept: kept.length, due: due.length, deactivated: due.length };
  yield { type: 'account-finished', ...about, outcome: 'swept', reason: '', keys: { ...NO_KEYS, ...counts } };
}
