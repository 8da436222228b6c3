import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { watchRun, type Watching } from '../../src/commands/watch-run.ts';
import { acquireLock } from '../../src/ledger/lock.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { accountFinished, accountsListed, AT, runStarted, summary } from '../support/records.ts';
import { folderStores, type Stores } from '../support/stores.ts';
import { now } from '../support/clock.ts';

const RUN = '20261127T225500Z-1a2b3c';
const [FIRST, SECOND] = ['111111111111', '222222222222'] as const;

let stores: Stores;
let store: ObjectStore;
beforeAll(async () => {
  stores = await folderStores();
});
afterAll(() => stores.close());
beforeEach(async () => {
  store = await stores.empty();
});

/** Watches without waiting for long; what was told is `step done/total`. */
function watching(overrides: Partial<Watching> = {}): {
  readonly told: string[];
  readonly watching: Watching;
} {
  const told: string[] = [];
  return {
    told,
    watching: {
      host: 'here',
      now,
      progress: (step) => {
        if (step.step !== 'listing') told.push(`${step.step} ${step.done}/${step.total}`);
      },
      signal: new AbortController().signal,
      interval: 1,
      ...overrides,
    },
  };
}

describe('watching a run', () => {
  it('tells how far it is until it has ended', async () => {
    const log = openRunLog(store, RUN);
    const lock = await acquireLock(store, { runId: RUN, host: 'here', now });
    await log.append([runStarted({ runId: RUN, mode: 'sweep' }), accountsListed(FIRST, SECOND)]);
    /** What the run writes down when the watcher has told this. */
    const news = new Map<string | undefined, readonly LedgerRecord[]>([
      ['planning 0/2', [accountFinished(FIRST)]],
      ['planning 1/2', [{ type: 'limits-checked', at: AT, exceeded: [] }]],
      ['applying 1/2', [accountFinished(SECOND)]],
      ['applying 2/2', [{ type: 'run-finished', at: AT, summary: summary({ runId: RUN }) }]],
    ]);
    const { told, watching: how } = watching();
    const progress: Watching['progress'] = (step) => {
      how.progress(step);
      void log.append(news.get(told.at(-1)) ?? []);
      news.delete(told.at(-1));
    };
    await watchRun(store, RUN, { ...how, progress });
    expect([...new Set(told)]).toEqual(['planning 0/2', 'planning 1/2', 'applying 1/2', 'applying 2/2']);
    await lock.release();
  });

  it('gives up a sweep that does not hold the lock any more', async () => {
    await openRunLog(store, RUN).append([runStarted({ runId: RUN, mode: 'sweep' })]);
    await watchRun(store, RUN, watching().watching);
  });

  it('gives up a plan only after ten minutes of silence, for a plan holds no lock', async () => {
    await openRunLog(store, RUN).append([runStarted({ runId: RUN, mode: 'plan' }), accountsListed(FIRST)]);
    let minutes = 0;
    const { told, watching: how } = watching({ now: () => new Date(Date.UTC(2026, 10, 27, 23, minutes)) });
    const progress: Watching['progress'] = (step) => {
      how.progress(step);
      minutes += 4;
    };
    await watchRun(store, RUN, { ...how, progress });
    expect(told).toHaveLength(3);
  });

  it('ends when the watcher has seen enough', async () => {
    await openRunLog(store, RUN).append([runStarted({ runId: RUN, mode: 'plan' }), accountsListed(FIRST)]);
    const enough = new AbortController();
    const { watching: how } = watching({ signal: enough.signal, interval: 60_000 });
    await watchRun(store, RUN, { ...how, progress: () => enough.abort() });
  });
});
