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
import { accountsListed, AT, runStarted, summary } from '../support/records.ts';
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
  await begin(runId, mode);
  await putSummary(store, summary({ runId, mode }));
}

describe('listRuns', () => {
  it('lists the newest with how they began and ended, and says how many there are', async () => {
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

  it('tells a run that holds the lock from one that has died', async () => {
    await begin(SWEEP, 'sweep');
    await begin(NEWEST, 'sweep');
    const lock = await acquireLock(store, { ...HERE, runId: NEWEST });
    const states = async () => (await listRuns(store, { ...HERE, limit: 9 })).runs.map(({ status }) => status);
    expect(await states()).toEqual(['running', 'unfinished']);
    await lock.release();
    expect(await states()).toEqual(['unfinished', 'unfinished']);
  });

  it('lists the others too when one cannot be read', async () => {
    await end(SWEEP, 'sweep');
    await end(NEWEST, 'sweep');
    await store.put(`runs/${NEWEST}/summary.json`, '{');
    const { runs } = await listRuns(store, { ...HERE, limit: 9 });
    expect(runs).toMatchObject([
      { runId: NEWEST, status: 'unreadable', message: expect.stringContaining('summary.json') as string },
      { runId: SWEEP, status: 'ended' },
    ]);
  });

  it('has no beginning of a run that came to nothing before it was stored', async () => {
    await putSummary(store, summary({ runId: SWEEP }));
    const { runs } = await listRuns(store, { ...HERE, limit: 9 });
    expect(runs).toMatchObject([{ runId: SWEEP, status: 'ended', started: undefined }]);
  });

  it('fails where the store does, which says nothing about the run', async () => {
    await end(SWEEP, 'sweep');
    const get: ObjectStore['get'] = () => Promise.reject(new Error('disk full'));
    await expect(listRuns({ ...store, get }, { ...HERE, limit: 9 })).rejects.toThrow('disk full');
  });
});

describe('findRun', () => {
  it('finds the last run of a mode, interrupted ones too', async () => {
    await end(PLAN, 'plan');
    await begin(SWEEP, 'sweep');
    await end(UNDO, 'undo');
    await end(NEWEST, 'plan');
    const found = ['last', 'last-plan', 'last-sweep', 'last-undo'].map((reference) =>
      findRun(store, reference),
    );
    expect(await Promise.all(found)).toEqual([NEWEST, NEWEST, SWEEP, UNDO]);
  });

  it('passes over a run that came to nothing before it could say which it is', async () => {
    await end(PLAN, 'plan');
    await store.put(`runs/${NEWEST}/report.html`, '');
    expect(await findRun(store, 'last-plan')).toBe(PLAN);
  });

  it('names what there is when there is no run of that mode', async () => {
    await end(PLAN, 'plan');
    await expect(findRun(store, 'last-sweep')).rejects.toThrow(`has no run last-sweep. It has ${PLAN}`);
  });
});

describe('followRecords', () => {
  it('gives what is new after every wait, once, and ends with the run', async () => {
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

  it('gives up when it is told to', async () => {
    await begin(SWEEP, 'sweep');
    const seen: number[] = [];
    for await (const records of followRecords(store, SWEEP, () => Promise.resolve(false)))
      seen.push(records.length);
    expect(seen).toEqual([1]);
  });
});

describe('readStart', () => {
  it('is how the run began', async () => {
    await begin(SWEEP, 'sweep');
    expect(await readStart(store, SWEEP)).toEqual(runStarted({ runId: SWEEP }));
  });

  it.each([
    ['nothing is stored', undefined],
    ['the first record is another', `${JSON.stringify(accountsListed('111111111111'))}\n`],
  ])('is unknown when %s', async (_, body) => {
    if (body !== undefined) await store.put(recordsKey(SWEEP, 1), body);
    expect(await readStart(store, SWEEP)).toBeUndefined();
  });
});

describe('the time of a run', () => {
  it('is in its id', () => {
    expect(runIdTime(SWEEP)).toEqual(new Date('2026-11-24T22:55:00Z'));
    expect(() => runIdTime('yesterday')).toThrow(RangeError);
  });
});
