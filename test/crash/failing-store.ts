import { expect } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { Build } from '../properties/build-under-test.ts';
import { isWriteCall, stageOf, statuses, type Stage } from '../properties/stage.ts';
import { checkTruth } from '../properties/truth.ts';
import { releaseDeadLocks } from './dead-process.ts';
import { aWeekBefore, sweep } from './killing.ts';
import { smallOrganization } from './organization.ts';

const DISK_FULL = new Error('the disk is full');

export type Duration = 'once' | 'forever';

/** A store in which one write (counted from 0) fails. */
class FailingStore {
  writes = 0;
  /** Calls that AWS had received when the write failed. */
  callsBefore: number | undefined;
  private readonly at: number;
  private readonly duration: Duration;
  private readonly stage: Stage;

  constructor(stage: Stage, at: number, duration: Duration) {
    this.stage = stage;
    this.at = at;
    this.duration = duration;
  }

  get store(): ObjectStore {
    const { store } = this.stage;
    return {
      ...store,
      put: (key, body) => this.write(() => store.put(key, body)),
      putNew: (key, body) => this.write(() => store.putNew(key, body)),
      update: (key, change) => this.write(() => store.update(key, change)),
      remove: (key) => this.write(() => store.remove(key)),
    };
  }

  private write<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    const number = this.writes++;
    if (number < this.at || (number > this.at && this.duration === 'once')) return act();
    this.callsBefore ??= this.stage.server.calls.all.length;
    return Promise.reject(DISK_FULL);
  }
}

async function prepared(build: Build, accounts: number): Promise<Stage> {
  const facts = smallOrganization('deactivate-then-delete');
  const concurrency = { accounts, callsPerAccount: accounts };
  const stage = stageOf({ ...facts, config: { ...facts.config, concurrency } }, build);
  await aWeekBefore(stage);
  return stage;
}

/**
 * Lets the store fail at every write of a sweep, one per sweep, and checks that nothing is written to IAM
 * afterwards. With several accounts at a time, calls that are in flight then have an intent in the ledger.
 * @returns the number of failures
 */
export async function failEverywhere(build: Build, duration: Duration, accounts: number): Promise<number> {
  const counting = await failAt(build, Infinity, duration, accounts);
  let failures = 0;
  for (let at = 0; at < counting.writes; at += 1) {
    const { callsBefore } = await failAt(build, at, duration, accounts);
    failures += Number(callsBefore !== undefined);
  }
  return failures;
}

/** Only the file of the summary, or the lock, failed: the run is what its records say. */
async function expectEnded(end: unknown, stage: Stage, story: string): Promise<void> {
  const [runId = ''] = await listRunIds(stage.store);
  const { summary } = await stage.read(runId);
  const late = expect.stringContaining(DISK_FULL.message) as string;
  expect(summary?.verdict, story).toBe('ok');
  expect(
    [
      { ...summary, warnings: [late] },
      { ...summary, warnings: [late, late] },
    ],
    story,
  ).toContainEqual(end);
}

async function failAt(build: Build, at: number, duration: Duration, accounts: number): Promise<FailingStore> {
  const stage = await prepared(build, accounts);
  const before = stage.world();
  const earlier = await listRunIds(stage.store);
  const failing = new FailingStore(stage, at, duration);
  const end = await sweep(stage, stage.dependencies({ store: failing.store })).catch(
    (error: unknown) => error,
  );
  if (failing.callsBefore === undefined) return failing;
  const story = `failed at write ${at}`;
  if (end !== DISK_FULL) await expectEnded(end, stage, story);
  const later = stage.server.calls.all.slice(failing.callsBefore).filter(isWriteCall);
  if (accounts === 1) expect(later, story).toEqual([]);

  const after = stage.world();
  const [runId] = (await listRunIds(stage.store)).filter((id) => !earlier.includes(id));
  if (runId === undefined) expect(statuses(after), story).toEqual(statuses(before));
  else checkTruth(await stage.read(runId), stage.built.accountIds, before, after);
  releaseDeadLocks(stage.objects);
  expect((await sweep(stage, stage.dependencies())).verdict, story).toBe('ok');
  return failing;
}
