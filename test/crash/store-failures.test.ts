import { describe, expect, it } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { isWriteCall, statuses } from '../properties/play.ts';
import { stageOf, type Stage } from '../properties/stage.ts';
import { DAY } from '../properties/story.ts';
import { checkTruth } from '../properties/truth.ts';
import { buryLocks } from './dead-process.ts';
import { smallOrganization } from './organization.ts';

const DISK_FULL = new Error('the disk is full');

type Duration = 'once' | 'for ever';

/** A store whose write of that number, counted from 0, fails. */
class FailingStore {
  writes = 0;
  /** Calls that IAM had got when the write failed. */
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
      remove: (key) => this.write(() => store.remove(key)),
    };
  }

  private write<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    const number = this.writes++;
    if (number < this.at || (number > this.at && this.duration === 'once')) return act();
    this.callsBefore ??= this.stage.behaviour.calls.all.length;
    return Promise.reject(DISK_FULL);
  }
}

/** One account and one call at a time, so that nothing is in flight when the store fails. */
function oneAtATime(accounts: number): Stage {
  const facts = smallOrganization('deactivate-then-delete');
  const concurrency = { accounts, callsPerAccount: accounts };
  return stageOf({ ...facts, config: { ...facts.config, concurrency } }, KEYSWEEP);
}

/** A week after the first sweep, so that the next one deactivates, deletes and remembers. */
async function prepared(accounts: number): Promise<Stage> {
  const stage = oneAtATime(accounts);
  await sweepOn(stage);
  const { organization, accountIds } = stage.built;
  organization.clock.advance(7 * DAY);
  for (const key of organization.keysOf(accountIds[2]!)) key.status = 'Active';
  return stage;
}

function sweepOn(stage: Stage, store = stage.store) {
  return KEYSWEEP.runSweep({ mode: 'sweep', filters: {} }, stage.dependencies({ store }));
}

async function writesOfASweep(): Promise<number> {
  const stage = await prepared(1);
  const counting = new FailingStore(stage, Infinity, 'once');
  await sweepOn(stage, counting.store);
  return counting.writes;
}

describe('a store that fails in the middle of a sweep', () => {
  it.each<[Duration, number]>([
    ['once', 1],
    ['for ever', 1],
    ['once', 4],
    ['for ever', 4],
  ])(
    '(%s, %i accounts at a time) stops the writes to IAM, at whatever write it fails',
    async (duration, accounts) => {
      const writes = await writesOfASweep();
      expect(writes).toBeGreaterThan(10);
      for (let at = 0; at < writes; at += 1) {
        const stage = await prepared(accounts);
        const before = stage.world();
        const earlier = await listRunIds(stage.store);
        const failing = new FailingStore(stage, at, duration);
        const end = await sweepOn(stage, failing.store).catch((error: unknown) => error);
        const story = `failed at write ${at}`;
        if (failing.callsBefore === undefined) continue;
        expect(end, story).toBe(DISK_FULL);
        const later = stage.behaviour.calls.all.slice(failing.callsBefore).filter(isWriteCall);
        if (accounts === 1) expect(later, story).toEqual([]);

        const after = stage.world();
        const [runId] = (await listRunIds(stage.store)).filter((id) => !earlier.includes(id));
        if (runId === undefined) expect(statuses(after), story).toEqual(statuses(before));
        else checkTruth(await stage.read(runId), stage.built.accountIds, before, after);
        buryLocks(stage.objects);
        expect((await sweepOn(stage)).verdict, story).toBe('ok');
      }
    },
  );
});
