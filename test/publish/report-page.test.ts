import { describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { LedgerRecord, RunSummary } from '../../src/ledger/record.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { putSummary } from '../../src/ledger/runs.ts';
import { storeReportPage, storeReportPageIfEnded } from '../../src/publish/report-page.ts';
import {
  accountFinished,
  accountsListed,
  AT,
  keyCounts,
  RUN_ID,
  runStarted,
  summary,
} from '../support/records.ts';
import { memoryStore } from '../support/memory-store.ts';

const PAGE = `runs/${RUN_ID}/report.html`;

async function storeWithRun(): Promise<ObjectStore> {
  const store = memoryStore();
  const end: LedgerRecord = { type: 'run-finished', at: AT, summary: summary() };
  await openRunLog(store, RUN_ID).append([
    runStarted(),
    accountsListed('100000000001'),
    accountFinished('100000000001'),
    end,
  ]);
  await putSummary(store, summary());
  return store;
}

const sweepOf = (day: number, overrides: Partial<RunSummary> = {}): RunSummary => {
  const date = `2026-10-${String(day).padStart(2, '0')}`;
  const runId = `${date.replaceAll('-', '')}T225500Z-000001`;
  return summary({
    runId,
    startedAt: `${date}T22:55:00.000Z`,
    keys: keyCounts({ seen: 2, kept: 2 }),
    ...overrides,
  });
};

describe('the report page of a run', () => {
  it('is stored beside its summary', async () => {
    const store = await storeWithRun();
    expect(await storeReportPage(store, RUN_ID)).toBeUndefined();
    expect(await store.get(PAGE)).toMatch(/^<!doctype html>[^]*1a2b3c[^]*<\/html>\n$/);
  });

  it('shows the last twelve full sweeps, without unreadable and later ones', async () => {
    const store = await storeWithRun();
    for (let day = 1; day <= 14; day += 1) await putSummary(store, sweepOf(day));
    await putSummary(store, sweepOf(20, { mode: 'plan' }));
    await putSummary(store, sweepOf(21, { filtered: true }));
    await store.put('runs/20261022T225500Z-000001/summary.json', '{}');
    await putSummary(store, { ...sweepOf(23), runId: '20271023T225500Z-000001' });
    expect(await storeReportPage(store, RUN_ID)).toBeUndefined();
    const page = (await store.get(PAGE)) ?? '';
    expect(page).toContain('Keys over the last 12 sweeps');
    for (const [id, shown] of [
      ['20261004', true],
      ['20261014', true],
      ['20261003', false],
      ['20261020', false],
      ['20271023', false],
    ] as const)
      expect(page.includes(`${id}T225500Z`)).toBe(shown);
  });

  it.each<[string, (store: ObjectStore) => ObjectStore]>([
    ['cannot be stored', (store) => ({ ...store, put: () => Promise.reject(new Error('the disk is full')) })],
    ['cannot be read', (store) => ({ ...store, list: () => Promise.reject(new Error('the disk is full')) })],
    [
      'has no readable history',
      (store) => ({ ...store, listFolders: () => Promise.reject(new Error('the disk is full')) }),
    ],
  ])('that %s is reported with its fix, and throws nothing', async (_, broken) => {
    expect(await storeReportPage(broken(await storeWithRun()), RUN_ID)).toBe(
      `The report page of run ${RUN_ID} was not stored: the disk is full. ` +
        `Run keysweep report ${RUN_ID} --html FILE.`,
    );
  });

  it('is awaited only as long as there is time', async () => {
    const store = { ...(await storeWithRun()), put: () => new Promise<never>(() => undefined) };
    expect(await storeReportPageIfEnded(store, RUN_ID, 20)).toMatch(
      /was not stored: the run was out of time\. Run keysweep report/,
    );
    expect(await storeReportPageIfEnded(store, RUN_ID, -1)).toMatch(/the run was out of time/);
  });

  it('is stored for a run that ended, and not for one that does not exist', async () => {
    const store = await storeWithRun();
    expect(await storeReportPageIfEnded(store, RUN_ID, 60_000)).toBeUndefined();
    expect(await store.get(PAGE)).toContain('<!doctype html>');
    expect(await storeReportPageIfEnded(store, '20261127T225501Z-1a2b3c')).toBeUndefined();
  });
});
