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

/** Watches without waiting for long; `shown` has `step done/total`. */
function watching(overrides: Partial<Watching> = {}): {
  readonly shown: string[];
  readonly watching: Watching;
} {
  const shown: string[] = [];
  return {
    shown,
    watching: {
      host: 'here',
      now,
      progress: (step) => {
        if ('total' in step) shown.push(`${step.step} ${step.done}/${step.total}`);
      },
      signal: new AbortController().signal,
      interval: 1,
      ...overrides,
    },
  };
}

describe('watching a run', () => {
  it('shows its progress until it has ended', async () => {
    const log = openRunLog(store, RUN);
    const lock = await acquireLock(store, { runId: RUN, host: 'here', now });
    await log.append([runStarted({ runId: RUN, mode: 'sweep' }), accountsListed(FIRST, SECOND)]);
    /** What the run records after this was shown. */
    const next = new Map<string | undefined, readonly LedgerRecord[]>([
      ['planning 0/2', [accountFinished(FIRST)]],
      ['planning 1/2', [{ type: 'limits-checked', at: AT, exceeded: [] }]],
      ['applying 1/2', [accountFinished(SECOND)]],
      ['applying 2/2', [{ type: 'run-finished', at: AT, summary: summary({ runId: RUN }) }]],
    ]);
    const { shown, watching: options } = watching();
    const progress: Watching['progress'] = (step) => {
      options.progress(step);
      void log.append(next.get(shown.at(-1)) ?? []);
      next.delete(shown.at(-1));
    };
    await watchRun(store, RUN, { ...options, progress });
    expect([...new Set(shown)]).toEqual(['planning 0/2', 'planning 1/2', 'applying 1/2', 'applying 2/2']);
    await lock.release();
  });

  it('ends when a sweep no longer holds the lock', async () => {
    await openRunLog(store, RUN).append([runStarted({ runId: RUN, mode: 'sweep' })]);
    await watchRun(store, RUN, watching().watching);
  });

  it('ends for a plan, which holds no lock, only after ten minutes of silence', async () => {
    await openRunLog(store, RUN).append([runStarted({ runId: RUN, mode: 'plan' }), accountsListed(FIRST)]);
    let minutes = 0;
    const { shown, watching: options } = watching({
      now: () => new Date(Date.UTC(2026, 10, 27, 23, minutes)),
    });
    const progress: Watching['progress'] = (step) => {
      options.progress(step);
      minutes += 4;
    };
    await watchRun(store, RUN, { ...options, progress });
    expect(shown).toHaveLength(3);
  });

  it('ends when the signal is given', async () => {
    await openRunLog(store, RUN).append([runStarted({ runId: RUN, mode: 'plan' }), accountsListed(FIRST)]);
    const stop = new AbortController();
    const { watching: options } = watching({ signal: stop.signal, interval: 60_000 });
    await watchRun(store, RUN, { ...options, progress: () => stop.abort() });
  });
});
