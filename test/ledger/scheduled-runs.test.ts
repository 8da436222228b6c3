import { beforeEach, describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { RunStarted } from '../../src/ledger/record.ts';
import { newRunId } from '../../src/ledger/run-id.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { knownFiring, runsSince } from '../../src/ledger/scheduled-runs.ts';
import { memoryStore } from '../support/memory-store.ts';
import { runStarted } from '../support/records.ts';

const SLOT = new Date('2026-11-27T22:55:00.007Z');

let store: ObjectStore;
beforeEach(() => {
  store = memoryStore();
});

/** @returns the id of a run that began so many milliseconds after the slot */
async function begin(
  after: number,
  overrides: Partial<RunStarted> = {},
  random: () => string = () => '000',
): Promise<string> {
  const runId = newRunId(new Date(SLOT.getTime() + after), random);
  await openRunLog(store, runId).append([runStarted({ runId, ...overrides })]);
  return runId;
}

describe('runsSince', () => {
  it('returns the runs from that millisecond on, newest first', async () => {
    await begin(-1, {}, () => 'fff');
    const same = await begin(0);
    const later = await begin(60_000, { mode: 'plan' });
    expect(await runsSince(store, SLOT)).toEqual([
      runStarted({ runId: later, mode: 'plan' }),
      runStarted({ runId: same }),
    ]);
  });

  it('ignores a run that has stored nothing yet', async () => {
    await store.put(`runs/${newRunId(SLOT, () => 'fff')}/report.html`, '');
    const run = await begin(0);
    expect(await runsSince(store, SLOT)).toEqual([runStarted({ runId: run })]);
  });
});

describe('knownFiring', () => {
  const WEEKLY = { expression: 'rate(7 days)', timezone: 'UTC' };
  const slot = { scheduledFor: SLOT.toISOString() };

  it('is the scheduled time of the newest scheduled sweep', async () => {
    await begin(-1000, { scheduledFor: '2026-11-20T22:55:00.000Z' });
    await begin(0, slot);
    expect(await knownFiring(store, WEEKLY)).toEqual(SLOT);
  });

  it.each<[string, Partial<RunStarted>]>([
    ['a sweep that a person started', {}],
    ['a plan, scheduled or not', { mode: 'plan', scheduledFor: '2026-11-28T00:00:00.000Z' }],
  ])('is not that of %s', async (_, later) => {
    await begin(0, slot);
    await begin(1000, later);
    expect(await knownFiring(store, WEEKLY)).toEqual(SLOT);
  });

  it.each([
    [99, SLOT],
    [100, undefined],
  ])('is searched in a limited number of runs: behind %i runs it is %s', async (others, found) => {
    await begin(0, slot);
    for (let after = 1; after <= others; after += 1) await begin(after);
    expect(await knownFiring(store, WEEKLY)).toEqual(found);
  });

  it('is not needed for a cron expression', async () => {
    await begin(0, slot);
    const schedule = { expression: 'cron(55 23 ? * FRI *)', timezone: 'UTC' };
    expect(await knownFiring(store, schedule)).toBeUndefined();
  });

  it('ignores a run that has stored nothing yet', async () => {
    await begin(0, slot);
    await store.put(`runs/${newRunId(new Date(SLOT.getTime() + 1), () => '000')}/report.html`, '');
    expect(await knownFiring(store, WEEKLY)).toEqual(SLOT);
  });
});
