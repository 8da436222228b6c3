import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import type { RunDependencies } from '../../src/sweep/begin.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { type World } from '../properties/model.ts';
import { statuses } from '../properties/play.ts';
import { stageOf, type Stage } from '../properties/stage.ts';
import { DAY } from '../properties/story.ts';
import { checkTruth } from '../properties/truth.ts';
import { buryLocks } from './dead-process.ts';
import { Doom, type Moment } from './doom.ts';
import { smallOrganization } from './organization.ts';

/** One way to come to a run that is killed. */
interface Case {
  readonly mode: 'deactivate' | 'delete' | 'deactivate-then-delete';
  /** What happened before the run. */
  readonly prepare: (stage: Stage) => Promise<void>;
  readonly run: (stage: Stage, dependencies: RunDependencies) => Promise<unknown>;
}

const sweep = (_stage: Stage, dependencies: RunDependencies) =>
  KEYSWEEP.runSweep({ mode: 'sweep', filters: {} }, dependencies);

const undoFirst = async (stage: Stage, dependencies: RunDependencies) => {
  const first = (await listRunIds(stage.store)).at(-1)!;
  const plan = KEYSWEEP.planUndo(await stage.read(first), {});
  return KEYSWEEP.applyUndo(plan, 30, dependencies);
};

const nothing = (): Promise<void> => Promise.resolve();

/** So that the next sweep deletes in one account and deactivates in the other. */
const aWeekBefore = async (stage: Stage): Promise<void> => {
  await sweep(stage, stage.dependencies());
  const { organization, accountIds } = stage.built;
  organization.clock.advance(7 * DAY);
  for (const key of organization.keysOf(accountIds[2]!)) key.status = 'Active';
};

const aSweepBefore = async (stage: Stage): Promise<void> => {
  await sweep(stage, stage.dependencies());
};

const SWEEPS: [string, Case][] = [
  ['a sweep that deactivates', { mode: 'deactivate', prepare: nothing, run: sweep }],
  ['a sweep that deletes', { mode: 'delete', prepare: nothing, run: sweep }],
  ['a first sweep of two', { mode: 'deactivate-then-delete', prepare: nothing, run: sweep }],
  ['a second sweep of two', { mode: 'deactivate-then-delete', prepare: aWeekBefore, run: sweep }],
];
const UNDO: Case = { mode: 'deactivate', prepare: aSweepBefore, run: undoFirst };

/** @returns how the world ends when nothing happens to the run, and how many calls and store operations it makes */
async function undisturbed({ mode, prepare, run }: Case): Promise<{ end: World; events: number }> {
  const stage = stageOf(smallOrganization(mode), KEYSWEEP);
  await prepare(stage);
  const count = new Doom(Infinity);
  await run(stage, stage.dependencies({ passage: count.passage, store: count.store(stage.store) }));
  return { end: stage.world(), events: count.events };
}

interface Killed {
  readonly stage: Stage;
  readonly before: World;
  readonly after: World;
  readonly startedAt: number;
}

/** Kills the run at one event, and looks whether its ledger tells the truth. */
async function killed({ mode, prepare, run }: Case, at: number, moment: Moment): Promise<Killed> {
  const stage = stageOf(smallOrganization(mode), KEYSWEEP);
  await prepare(stage);
  const before = stage.world();
  const startedAt = stage.built.organization.clock.milliseconds();
  const earlier = await listRunIds(stage.store);
  const doom = new Doom(at, moment);
  const running = run(stage, stage.dependencies({ passage: doom.passage, store: doom.store(stage.store) }));
  await Promise.race([running, doom.died]);
  // What was under way at the other end comes to its end there.
  for (let turns = 0; turns < 5; turns += 1) await turn();
  buryLocks(stage.objects);
  const after = stage.world();
  const [runId, ...others] = (await listRunIds(stage.store)).filter((id) => !earlier.includes(id));
  expect(others).toEqual([]);
  if (runId === undefined) expect(statuses(after)).toEqual(statuses(before));
  else checkTruth(await stage.read(runId), stage.built.accountIds, before, after);
  return { stage, before, after, startedAt };
}

const MOMENTS: readonly Moment[] = ['before its effect', 'after its effect'];

describe('a run that is killed at any call or store operation', () => {
  it.each(SWEEPS)('was %s: its ledger tells the truth, and the next one finishes the job', async (_, of) => {
    const { end, events } = await undisturbed(of);
    expect(events).toBeGreaterThan(40);
    for (let at = 0; at < events; at += 1) {
      for (const moment of MOMENTS) {
        const { stage, before, startedAt } = await killed(of, at, moment);
        const story = `killed at event ${at}, ${moment}`;
        const next = await sweep(stage, stage.dependencies());
        expect(next.verdict, story).toBe('ok');
        expect(statuses(stage.world()), story).toEqual(statuses(end));
        checkDates(before, stage.world(), startedAt, story);
      }
    }
  });

  it('was a sweep that deactivates: undo brings back all that it took', async () => {
    const [[, of]] = SWEEPS as [[string, Case]];
    const { events } = await undisturbed(of);
    for (let at = 0; at < events; at += 1) {
      for (const moment of MOMENTS) {
        const { stage, before } = await killed(of, at, moment);
        if ((await listRunIds(stage.store)).length === 0) continue;
        await undoFirst(stage, stage.dependencies());
        expect(statuses(stage.world()), `killed at event ${at}, ${moment}`).toEqual(statuses(before));
      }
    }
  });

  it('was an undo: no key is active again without its hold, and undoing again finishes the job', async () => {
    const { end, events } = await undisturbed(UNDO);
    expect(events).toBeGreaterThan(20);
    for (let at = 0; at < events; at += 1) {
      for (const moment of MOMENTS) {
        const { stage, before, after } = await killed(UNDO, at, moment);
        const story = `killed at event ${at}, ${moment}`;
        for (const { accessKeyId, status } of after.keys.values())
          if (status !== before.keys.get(accessKeyId)?.status)
            expect(after.memory.get(accessKeyId)?.holdUntil, `${story}: ${accessKeyId}`).toBeGreaterThan(0);
        await undoFirst(stage, stage.dependencies());
        expect(statuses(stage.world()), story).toEqual(statuses(end));
        await sweep(stage, stage.dependencies());
        expect(statuses(stage.world()), story).toEqual(statuses(end));
      }
    }
    // The end itself is right: everything that the sweep took is back.
    expect([...end.keys.values()].filter(({ status }) => status === 'Active')).toHaveLength(7);
  });
});

/** What was deactivated counts its days from then, or it would be deleted too early. */
function checkDates(before: World, { keys, memory }: World, startedAt: number, story: string): void {
  for (const { accessKeyId, status } of keys.values())
    if (status === 'Inactive' && before.keys.get(accessKeyId)?.status === 'Active')
      expect(memory.get(accessKeyId)?.inactiveSince, `${story}: ${accessKeyId}`).toBeGreaterThanOrEqual(
        startedAt,
      );
}
