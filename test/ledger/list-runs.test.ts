import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { listRuns } from '../../src/ledger/list-runs.ts';
import { acquireLock } from '../../src/ledger/lock.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { followRecords, readStart } from '../../src/ledger/read-run.ts';
import type { RunStarted } from '../../src/ledger/record.ts';
import { recordsKey } from '../../src/ledger/run-keys.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { runIdTime } from '../../src/ledger/run-id.ts';
import { findRun, putSummary } from '../../src/ledger/runs.ts';
import { accountFinished, accountsListed, AT, runStarted, summary } from '../support/records.ts';
import { folderStores, type Stores } from '../support/stores.ts';

const PLAN = '20261123T225500Z-aaaaaa';
const SWEEP = '20261124T225500Z-bbbbbb';
const UNDO = '20261125T225500Z-cccccc';
const NEWEST = '20261126T225500Z-dddddd';
const HERE = { host: 'here', now: () => new Date('2026-11-26T23:00:00Z') };

let stores: Stores;
let store: ObjectStore;
beforeAll(async () => {
  stores = await folderStores();
});
afterAll(() => stores.close());
beforeEach(async () => {
  store = await stores.empty();
});

async function begin(runId: string, mode: RunStarted['mode']): Promise<void> {
  await openRunLog(store, runId).append([runStarted({ runId, mode })]);
}

async function end(runId: string, mode: RunStarted['mode']): Promise<void> {
  const listed = [accountsListed('1'), accountFinished('1')];
  const ended = { type: 'run-finished', at: AT, summary: summary({ runId, mode }) } as const;
  await openRunLog(store, runId).append([runStarted({ runId, mode }), ...listed, ended]);
}

describe('listRuns', () => {
  it('lists the newest runs with start and end, and the number of all runs', async () => {
    await end(PLAN, 'plan');
    await end(SWEEP, 'sweep');
    await begin(UNDO, 'undo');
    const { runs, total } = await listRuns(store, { ...HERE, limit: 2 });
    expect(total).toBe(3);
    expect(runs).toMatchObject([
      { runId: UNDO, status: 'unfinished', started: { mode: 'undo' } },
      { runId: SWEEP, status: 'ended', started: { mode: 'sweep' }, summary: { verdict: 'ok' } },
    ]);
  });

  it('tells a run that holds the lock from one that died', async () => {
    await begin(SWEEP, 'sweep');
    await begin(NEWEST, 'sweep');
    const lock = await acquireLock(store, { ...HERE, runId: NEWEST });
    const states = async () =>
      (await listRuns(store, { ...HERE, limit: 9 })).runs.map(({ status }) => status);
    expect(await states()).toEqual(['running', 'unfinished']);
    await lock.release();
    expect(await states()).toEqual(['unfinished', 'unfinished']);
  });

  it('lists the other runs too when one is unreadable', async () => {
    await end(SWEEP, 'sweep');
    await end(NEWEST, 'sweep');
    await store.put(recordsKey(NEWEST, 1), '{\n');
    const { runs } = await listRuns(store, { ...HERE, limit: 9 });
    expect(runs).toMatchObject([
      {
        runId: NEWEST,
        status: 'unreadable',
        message: expect.stringContaining(recordsKey(NEWEST, 1)) as string,
      },
      { runId: SWEEP, status: 'ended' },
    ]);
  });

  it('has no start of a run that failed before its first record', async () => {
    await putSummary(store, summary({ runId: SWEEP }));
    const { runs } = await listRuns(store, { ...HERE, limit: 9 });
    expect(runs).toMatchObject([{ runId: SWEEP, status: 'unfinished', started: undefined }]);
  });

  it('fails with the error of the store', async () => {
    await end(SWEEP, 'sweep');
    const get: ObjectStore['get'] = () => Promise.reject(new Error('disk full'));
    await expect(listRuns({ ...store, get }, { ...HERE, limit: 9 })).rejects.toThrow('disk full');
  });
});

describe('findRun', () => {
  it('finds the last run of a mode, even if it was interrupted', async () => {
    await end(PLAN, 'plan');
    await begin(SWEEP, 'sweep');
    await end(UNDO, 'undo');
    await end(NEWEST, 'plan');
    const found = ['last', 'last-plan', 'last-sweep', 'last-undo'].map((reference) =>
      findRun(store, reference),
    );
    expect(await Promise.all(found)).toEqual([NEWEST, NEWEST, SWEEP, UNDO]);
  });

  it('ignores a run that failed before its first record', async () => {
    await end(PLAN, 'plan');
    await store.put(`runs/${NEWEST}/report.html`, '');
    expect(await findRun(store, 'last-plan')).toBe(PLAN);
  });

  it('lists the runs when there is no run of that mode', async () => {
    await end(PLAN, 'plan');
    await expect(findRun(store, 'last-sweep')).rejects.toThrow(`has no run last-sweep. It has ${PLAN}`);
  });
});

describe('followRecords', () => {
  it('yields new records after every wait, once, and ends with the run', async () => {
    const log = openRunLog(store, SWEEP);
    await log.append([runStarted({ runId: SWEEP })]);
    const news = [
      () => log.append([accountsListed('111111111111')]),
      () => Promise.resolve(),
      () => log.append([{ type: 'run-finished', at: AT, summary: summary({ runId: SWEEP }) }]),
    ];
    const seen: string[][] = [];
    const wait = async (): Promise<boolean> => {
      await news.shift()?.();
      return true;
    };
    for await (const records of followRecords(store, SWEEP, wait)) seen.push(records.map(({ type }) => type));
    expect(seen).toEqual([['run-started'], ['accounts-listed'], [], ['run-finished']]);
  });

  it('stops when wait returns false', async () => {
    await begin(SWEEP, 'sweep');
    const seen: number[] = [];
    for await (const records of followRecords(store, SWEEP, () => Promise.resolve(false)))
      seen.push(records.length);
    expect(seen).toEqual([1]);
  });
});

describe('readStart', () => {
  it('returns the start of the run', async () => {
    await begin(SWEEP, 'sweep');
    expect(await readStart(store, SWEEP)).toEqual(runStarted({ runId: SWEEP }));
  });

  it.each([
    ['nothing was stored', undefined],
    ['the first record is not run-started', `${JSON.stringify(accountsListed('111111111111'))}\n`],
  ])('returns undefined when %s', async (_, body) => {
    if (body !== undefined) await store.put(recordsKey(SWEEP, 1), body);
    expect(await readStart(store, SWEEP)).toBeUndefined();
  });
});

describe('the time of a run', () => {
  it('is in its ID', () => {
    expect(runIdTime(SWEEP)).toEqual(new Date('2026-11-24T22:55:00Z'));
    expect(() => runIdTime('yesterday')).toThrow(RangeError);
  });
});
