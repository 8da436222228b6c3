import { describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { RunMode } from '../../src/ledger/record.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { putSummary } from '../../src/ledger/runs.ts';
import { siteFiles, storeSite } from '../../src/publish/site.ts';
import { buildRecords, key, type RunSetup } from '../support/build-run.ts';
import { memoryStore } from '../support/memory-store.ts';
import { keyCounts, summary } from '../support/records.ts';

const runIdOf = (day: number): string => `202611${String(day).padStart(2, '0')}T225500Z-000001`;

const KEPT = { action: 'keep', reason: 'on-hold' } as const;

/** Ended on a day of November, unless its summary is null. */
async function addRun(
  store: ObjectStore,
  day: number,
  setup: Partial<RunSetup> = {},
  mode: RunMode = 'sweep',
) {
  const runId = runIdOf(day);
  const startedAt = `2026-11-${String(day).padStart(2, '0')}T22:55:00.000Z`;
  const keys = setup.accounts ? keyCounts({}) : keyCounts({ seen: 2, kept: 2 });
  const end = { runId, startedAt, keys, ...setup.summary };
  const records = buildRecords({
    accounts: [{ id: '100000000001', plan: { decisions: [key('AKIA1', KEPT), key('AKIA2', KEPT)] } }],
    ...setup,
    started: { runId, at: startedAt, mode, ...setup.started },
    summary: setup.summary === null ? null : end,
  });
  await openRunLog(store, runId).append(records);
  if (setup.summary !== null) await putSummary(store, summary({ ...end, mode }));
}

async function filesOf(store: ObjectStore): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const [name, text] of siteFiles(store)) files.set(name, text);
  return files;
}

const escaped = { accessKeyId: 'AKIAESCAPED', userName: 'ada', how: 'not-in-groups' } as const;
const escaping = { accounts: [{ id: '100000000001', plan: { escaped: [escaped] } }] };

describe('the files of the site', () => {
  it('are the page of every run, and an index that links them', async () => {
    const store = memoryStore();
    for (const day of [6, 13, 20]) await addRun(store, day);
    await addRun(store, 21, { summary: null });
    await store.put(`runs/${runIdOf(22)}/records/00000001.jsonl`, 'damaged\n');
    const files = await filesOf(store);
    expect([...files.keys()]).toEqual([
      ...[21, 20, 13, 6].map((day) => `runs/${runIdOf(day)}/report.html`),
      'index.html',
    ]);
    const index = files.get('index.html') ?? '';
    for (const day of [6, 13, 20]) expect(index).toContain(`href="runs/${runIdOf(day)}/report.html"`);
    expect(index).not.toContain(`href="runs/${runIdOf(22)}`);
    expect(index).toMatch(new RegExp(`${runIdOf(22)}[^]*interrupted, or not ended`));
    expect(index).toContain('3 sweeps of the whole organization within a year');
    expect(files.get(`runs/${runIdOf(13)}/report.html`)).toContain('last 2 sweeps');
  });

  it('show where the last whole plan or sweep stands, whatever came after', async () => {
    const store = memoryStore();
    await addRun(store, 6);
    await addRun(store, 13, escaping);
    await addRun(store, 14, { ...escaping, summary: { filtered: true } });
    await addRun(store, 15, {}, 'undo');
    const index = (await filesOf(store)).get('index.html');
    expect(index).toContain(`As of <a href="runs/${runIdOf(13)}/report.html">`);
    expect(index).toContain('AKIAESCAPED');
  });

  it('are only an index for an empty ledger', async () => {
    const files = await filesOf(memoryStore());
    expect([...files.keys()]).toEqual(['index.html']);
    expect(files.get('index.html')).toContain('0 sweeps of the whole organization');
  });

  it('fail with the store', async () => {
    const store = { ...memoryStore(), listFolders: () => Promise.reject(new Error('no list')) };
    await expect(filesOf(store)).rejects.toThrow('no list');
  });
});

describe('the site in the ledger', () => {
  it('is stored after a run, with the ages of those before', async () => {
    const store = memoryStore();
    for (const day of [6, 13, 20]) {
      await addRun(store, day);
      expect(await storeSite(store, runIdOf(day), 60_000)).toBeUndefined();
    }
    const index = (await store.get('index.html')) ?? '';
    expect(index).toContain(`href="runs/${runIdOf(6)}/report.html"`);
    const [, ages = ''] = index.split('Active keys after each sweep');
    expect(ages.split('</figure>')[0]?.match(/<tr>/g)).toHaveLength(1 + 3);
    expect(index).toBe((await filesOf(store)).get('index.html'));
  });

  it('is that of the last whole run after a run of some accounts', async () => {
    const store = memoryStore();
    await addRun(store, 6, escaping);
    await addRun(store, 7, { summary: { filtered: true } });
    expect(await storeSite(store, runIdOf(7), 60_000)).toBeUndefined();
    expect(await store.get('index.html')).toContain('AKIAESCAPED');
  });

  it('is left as it was by a run without an end', async () => {
    const store = memoryStore();
    await addRun(store, 6, { summary: null });
    expect(await storeSite(store, runIdOf(6), 60_000)).toBeUndefined();
    expect(await store.get('index.html')).toBeUndefined();
  });

  it('that cannot be stored, or not in time, is a reason and no error', async () => {
    const store = memoryStore();
    await addRun(store, 6);
    const broken = { ...store, put: () => Promise.reject(new Error('disk full')) };
    expect(await storeSite(broken, runIdOf(6), 60_000)).toBe(
      'index.html was not stored: disk full. Run keysweep report --site DIR.',
    );
    const slow = { ...store, get: () => new Promise<never>(() => undefined) };
    expect(await storeSite(slow, runIdOf(6), 10)).toMatch(/^index.html was not stored: out of time\./);
  });
});
