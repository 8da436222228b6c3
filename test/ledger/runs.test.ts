import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { UnreadableLedgerError, RunReferenceError } from '../../src/ledger/errors.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import {
  earlierRuns,
  findRun,
  formerAccounts,
  getSummary,
  listRunIds,
  putSummary,
} from '../../src/ledger/runs.ts';
import { accountsListed, runStarted, summary } from '../support/records.ts';
import { folderStores, type Stores } from '../support/stores.ts';

const MONDAY = '20261123T225500Z-aaaaaa';
const TUESDAY = '20261124T225500Z-bbbbbb';
const WEDNESDAY = '20261125T225500Z-cccccc';
const ORGANIZATION = summary().organizationId;

let stores: Stores;
let store: ObjectStore;
beforeAll(async () => {
  stores = await folderStores();
});
afterAll(() => stores.close());
beforeEach(async () => {
  store = await stores.empty();
});

const begin = (runId: string): Promise<void> => openRunLog(store, runId).append([runStarted({ runId })]);
const finish = async (runId: string, overrides: Partial<RunSummary> = {}): Promise<void> => {
  await begin(runId);
  await putSummary(store, summary({ runId, ...overrides }));
};

describe('listRunIds', () => {
  it('lists runs, newest first, including interrupted ones, and nothing else', async () => {
    await finish(TUESDAY);
    await begin(WEDNESDAY);
    await finish(MONDAY);
    await store.put('runs/notes/readme', 'not a run');
    expect(await listRunIds(store)).toEqual([WEDNESDAY, TUESDAY, MONDAY]);
  });
});

describe('findRun', () => {
  beforeEach(async () => {
    await finish(MONDAY);
    await finish(TUESDAY);
  });

  it.each([
    ['last', TUESDAY],
    [MONDAY, MONDAY],
    ['20261123', MONDAY],
  ])('%s is %s', async (reference, id) => {
    expect(await findRun(store, reference)).toBe(id);
  });

  it.each([
    [
      '2027',
      `has no run 2027. It has ${TUESDAY}, ${MONDAY}.\nName a run ID, the beginning of one, last, ` +
        'last-sweep, last-plan, last-undo or last-inventory.',
    ],
    ['2026112', `2026112 matches ${TUESDAY}, ${MONDAY}. Type more of the ID.`],
    ['', `An empty ID matches ${TUESDAY}, ${MONDAY}`],
    ['bbbbbb', 'has no run bbbbbb'],
    ['the-last-sweep', 'has no run the-last-sweep'],
    ['last-sweeps', 'has no run last-sweeps'],
    ['last-', 'has no run last-.'],
  ])('%s is an error that lists runs', async (reference, message) => {
    await expect(findRun(store, reference)).rejects.toThrow(RunReferenceError);
    await expect(findRun(store, reference)).rejects.toThrow(message);
  });

  it.each([
    [3, /It has (\S+, ){4}\S+\.$/m],
    [4, /It has (\S+, ){4}\S+ and 1 more\.$/m],
  ])('lists no more than five, of %i more than two', async (more, message) => {
    for (let day = 10; day < 10 + more; day += 1) await begin(`202611${day}T225500Z-aaaaaa`);
    await expect(findRun(store, '1')).rejects.toThrow(message);
  });

  it('says when there are no runs', async () => {
    await expect(findRun(await stores.empty(), 'last')).rejects.toThrow(/has no runs\. Run `keysweep plan`/);
  });
});

describe('summaries', () => {
  it('are read as they were written', async () => {
    await finish(MONDAY, { verdict: 'incomplete', problems: ['a group exists nowhere'] });
    expect(await getSummary(store, MONDAY)).toEqual(
      summary({ runId: MONDAY, verdict: 'incomplete', problems: ['a group exists nowhere'] }),
    );
  });

  it('are missing while the run has not finished', async () => {
    await begin(MONDAY);
    expect(await getSummary(store, MONDAY)).toBeUndefined();
  });

  it('are an error if they are damaged', async () => {
    await store.put(`runs/${MONDAY}/summary.json`, '{}');
    await expect(getSummary(store, MONDAY)).rejects.toThrow(UnreadableLedgerError);
    await expect(getSummary(store, MONDAY)).rejects.toThrow(`runs/${MONDAY}/summary.json`);
  });
});

describe('the last sweep of earlierRuns', () => {
  it.each<[string, Partial<RunSummary>]>([
    ['a plan', { mode: 'plan' }],
    ['an undo', { mode: 'undo', undoOf: MONDAY }],
    ['a filtered sweep', { filtered: true }],
    ['a sweep of another organization', { organizationId: 'o-elsewhere00' }],
    ['a sweep that a limit stopped', { verdict: 'stopped' }],
    ['a sweep that somebody cancelled', { verdict: 'cancelled' }],
    ['a sweep that could not list the accounts', { verdict: 'incomplete', accountsListed: 0, accounts: {} }],
    ['a sweep that entered few accounts', { verdict: 'incomplete', accounts: { swept: 1, denied: 2 } }],
    ['a sweep that ran out of time', { verdict: 'incomplete', accounts: { swept: 1, 'not-reached': 1 } }],
  ])('ignores %s', async (_, overrides) => {
    await finish(MONDAY);
    await finish(TUESDAY, overrides);
    expect((await earlierRuns(store, ORGANIZATION)).last?.runId).toBe(MONDAY);
  });

  it('counts an account with planned keys as read', async () => {
    await finish(MONDAY, { verdict: 'incomplete', accounts: { planned: 1, denied: 1 } });
    expect((await earlierRuns(store, ORGANIZATION)).last?.runId).toBe(MONDAY);
  });

  it('returns an incomplete sweep, and ignores an interrupted one', async () => {
    await finish(MONDAY);
    await finish(TUESDAY, { verdict: 'incomplete', accounts: { swept: 1, 'nothing-due': 1, denied: 2 } });
    await begin(WEDNESDAY);
    expect((await earlierRuns(store, ORGANIZATION)).last?.runId).toBe(TUESDAY);
  });

  it('returns undefined when there is none', async () => {
    await finish(MONDAY, { mode: 'plan' });
    expect((await earlierRuns(store, ORGANIZATION)).last).toBeUndefined();
  });

  it('fails if a newer summary is damaged', async () => {
    await finish(MONDAY);
    await store.put(`runs/${TUESDAY}/summary.json`, 'null');
    await expect(earlierRuns(store, ORGANIZATION)).rejects.toThrow(UnreadableLedgerError);
  });
});

describe('the exemptions that matched earlier', () => {
  it('are those of the last sweep and of every run after it', async () => {
    await finish(MONDAY, { matchedExemptions: ['exempt.users old'] });
    await finish(TUESDAY, { matchedExemptions: ['exempt.users a', 'exempt.groups b'] });
    await finish(WEDNESDAY, { mode: 'plan', matchedExemptions: ['exempt.users a', 'exempt.users c'] });
    const { last, matchedExemptions } = await earlierRuns(store, ORGANIZATION);
    expect(last?.runId).toBe(TUESDAY);
    expect(matchedExemptions.toSorted()).toEqual(['exempt.groups b', 'exempt.users a', 'exempt.users c']);
  });

  it('are those of plans if there was no sweep, and none of another organization', async () => {
    await finish(MONDAY, { mode: 'plan', matchedExemptions: ['exempt.users a'] });
    await finish(TUESDAY, { organizationId: 'o-elsewhere00', matchedExemptions: ['exempt.users b'] });
    await finish(WEDNESDAY, { mode: 'plan' });
    expect(await earlierRuns(store, ORGANIZATION)).toEqual({
      last: undefined,
      matchedExemptions: ['exempt.users a'],
    });
  });
});

describe('accounts that were there before', () => {
  it('are none without a sweep', async () => {
    await finish(MONDAY, { mode: 'plan' });
    expect(await formerAccounts(store, ORGANIZATION)).toEqual(new Set());
  });

  it('are those that the last sweep listed, or knew to have left', async () => {
    const log = openRunLog(store, MONDAY);
    await log.append([runStarted({ runId: MONDAY })]);
    await log.append([accountsListed('222222222222', '333333333333')]);
    await putSummary(store, summary({ runId: MONDAY, departed: ['444444444444'] }));
    const listed = new Set(['222222222222', '333333333333', '444444444444']);
    expect(await formerAccounts(store, ORGANIZATION)).toEqual(listed);
    await finish(TUESDAY, { departed: ['222222222222'] });
    expect(await formerAccounts(store, ORGANIZATION)).toEqual(new Set(['222222222222']));
  });
});
