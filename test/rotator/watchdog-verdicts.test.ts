import { describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { newRunId } from '../../src/ledger/run-id.ts';
import type { RunVerdict } from '../../src/ledger/record.ts';
import { WATCH_KEY } from '../../src/ledger/run-keys.ts';
import { putSummary } from '../../src/ledger/runs.ts';
import { runWatchdog } from '../../src/rotator/watchdog.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { memoryStore } from '../support/memory-store.ts';
import { summary } from '../support/records.ts';
import { storeRun } from '../support/store-run.ts';

const SLOT = new Date('2026-11-27T23:55:00Z');
const SATURDAY = new Date('2026-11-28T12:00:00Z');

const CONFIG = deployableConfig();
const SCHEDULE = `${CONFIG.schedule.expression} ${CONFIG.schedule.timezone}`;
const RUN = newRunId(SLOT, () => '000');

/** Watched for weeks. */
async function watchedStore(since = '2026-11-01T00:00:00.000Z'): Promise<ObjectStore> {
  const store = memoryStore();
  await store.put(WATCH_KEY, JSON.stringify({ since, schedule: SCHEDULE }));
  return store;
}

it.each<[RunVerdict, string]>([
  ['ok', 'ok'],
  ['incomplete', 'not-ok'],
  ['stopped', 'not-ok'],
  ['cancelled', 'not-ok'],
])('the only sweep of a slot is %s: %s', async (verdict, state) => {
  const store = await watchedStore();
  await storeRun(store, { runId: RUN, verdict }, { at: SLOT.toISOString() });
  expect(await runWatchdog(CONFIG, store, SATURDAY)).toMatchObject({ state, slot: SLOT });
});

it('the only sweep of a slot is ok, and its records are not those of its summary: not-ok', async () => {
  const store = await watchedStore();
  await storeRun(store, { runId: RUN, accountsListed: 2 }, { at: SLOT.toISOString() });
  expect(await runWatchdog(CONFIG, store, SATURDAY)).toMatchObject({ state: 'not-ok', runId: RUN });
});

it('the only sweep has a summary, and no records: did-not-run', async () => {
  const store = await watchedStore();
  await putSummary(store, summary({ runId: RUN }));
  expect(await runWatchdog(CONFIG, store, SATURDAY)).toMatchObject({ state: 'did-not-run' });
});

it('a run of the future does not stand for the sweep of a slot', async () => {
  const store = { ...(await watchedStore()), now: () => SATURDAY };
  await storeRun(store, { runId: '99991231T235959Z-ffffff' }, { at: SLOT.toISOString() });
  expect(await runWatchdog(CONFIG, store, SATURDAY)).toMatchObject({ state: 'did-not-run' });
  expect([...(store.tampered ?? [])]).toEqual([['runs/99991231T235959Z-ffffff/', 'added']]);
});

describe('the start of the watchdog', () => {
  const since = async (store: ObjectStore) => JSON.parse((await store.get(WATCH_KEY)) ?? '') as unknown;

  it('is the first check', async () => {
    const store = memoryStore();
    expect(await runWatchdog(CONFIG, store, SATURDAY)).toEqual({ state: 'nothing-due' });
    expect(await since(store)).toEqual({ since: SATURDAY.toISOString(), schedule: SCHEDULE });
  });

  it('silences nothing from the future', async () => {
    const store = await watchedStore('9999-01-01T00:00:00.000Z');
    expect(await runWatchdog(CONFIG, store, SATURDAY)).toMatchObject({ state: 'did-not-run' });
    expect(await since(store)).toEqual({ since: '1970-01-01T00:00:00.000Z', schedule: SCHEDULE });
  });

  it('silences nothing if keysweep did not store it', async () => {
    const store = memoryStore();
    store.tampered?.set(WATCH_KEY, 'added');
    expect(await runWatchdog(CONFIG, store, SATURDAY)).toMatchObject({ state: 'did-not-run' });
  });
});
