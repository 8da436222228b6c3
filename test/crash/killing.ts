import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import type { Build } from '../properties/build-under-test.ts';
import type { World } from '../properties/model.ts';
import { stageOf, statuses, type Stage } from '../properties/stage.ts';
import { DAY } from '../properties/story.ts';
import { checkTruth } from '../properties/truth.ts';
import { releaseDeadLocks } from './dead-process.ts';
import { KillPoint, type Moment } from './kill-point.ts';
import { onceAStage } from './once-a-stage.ts';
import { smallOrganization } from './organization.ts';

export interface Case {
  readonly mode: 'deactivate' | 'delete' | 'deactivate-then-delete';
  readonly prepare: (stage: Stage) => Promise<void>;
  readonly run: (stage: Stage, dependencies: RunDependencies) => Promise<unknown>;
}

export const sweep = ({ build }: Stage, dependencies: RunDependencies) =>
  build.runSweep({ mode: 'sweep', filters: {} }, dependencies);

export const undoFirst = async ({ build, store, read }: Stage, dependencies: RunDependencies) => {
  const first = (await listRunIds(store)).at(-1)!;
  const since = await build.laterWrites(store, first);
  return build.applyUndo(build.planUndo(await read(first), {}, since), 30, dependencies);
};

const nothing = (): Promise<void> => Promise.resolve();

/** The next sweep deletes in one account and deactivates in the other. */
export const aWeekBefore = onceAStage(async (stage: Stage): Promise<void> => {
  await sweep(stage, stage.dependencies());
  const { organization, accountIds } = stage.built;
  organization.clock.advance(7 * DAY);
  for (const key of organization.keysOf(accountIds[2]!)) key.status = 'Active';
});

const aSweepBefore = onceAStage(async (stage: Stage): Promise<void> => {
  await sweep(stage, stage.dependencies());
});

export const SWEEPS = {
  'a sweep that deactivates': { mode: 'deactivate', prepare: nothing, run: sweep },
  'a sweep that deletes': { mode: 'delete', prepare: nothing, run: sweep },
  'a first sweep of two': { mode: 'deactivate-then-delete', prepare: nothing, run: sweep },
  'a second sweep of two': { mode: 'deactivate-then-delete', prepare: aWeekBefore, run: sweep },
} as const satisfies Record<string, Case>;

export const UNDO: Case = { mode: 'deactivate', prepare: aSweepBefore, run: undoFirst };

/** @returns the end of an undisturbed run, and the number of its calls and store operations */
async function undisturbed(
  { mode, prepare, run }: Case,
  build: Build,
): Promise<{ end: World; events: number }> {
  const stage = stageOf(smallOrganization(mode), build);
  await prepare(stage);
  const count = new KillPoint(Infinity);
  await run(stage, stage.dependencies({ passage: count.passage, store: count.store(stage.store) }));
  return { end: stage.world(), events: count.events };
}

export interface Killed {
  readonly stage: Stage;
  readonly before: World;
  readonly after: World;
  readonly startedAt: number;
  /** The end of an undisturbed run. */
  readonly end: World;
  readonly story: string;
}

const MOMENTS: readonly Moment[] = ['before its effect', 'after its effect'];

export async function killPoints(of: Case, build: Build): Promise<number> {
  return (await undisturbed(of, build)).events * MOMENTS.length;
}

/**
 * Kills the run at every call and store operation, one per run, checks that the ledger is true, then calls
 * `check`.
 * @returns the number of kills
 */
export async function killEverywhere(
  of: Case,
  build: Build,
  check: (killed: Killed) => Promise<void>,
): Promise<number> {
  const { end, events } = await undisturbed(of, build);
  let kills = 0;
  for (let at = 0; at < events; at += 1) {
    for (const moment of MOMENTS) {
      const stage = stageOf(smallOrganization(of.mode), build);
      await of.prepare(stage);
      const point = new KillPoint(at, moment);
      const killed = await kill(of, stage, point);
      kills += Number(point.isDead());
      await check({ ...killed, end, story: `killed at event ${at}, ${moment}` });
    }
  }
  return kills;
}

async function kill({ run }: Case, stage: Stage, point: KillPoint): Promise<Omit<Killed, 'end' | 'story'>> {
  const before = stage.world();
  const startedAt = stage.built.organization.clock.milliseconds();
  const earlier = await listRunIds(stage.store);
  const running = run(stage, stage.dependencies({ passage: point.passage, store: point.store(stage.store) }));
  await Promise.race([running, point.died]);
  // Lets the sandbox finish the calls that it has received.
  for (let turns = 0; turns < 5; turns += 1) await turn();
  releaseDeadLocks(stage.objects);
  const after = stage.world();
  const [runId, ...others] = (await listRunIds(stage.store)).filter((id) => !earlier.includes(id));
  expect(others).toEqual([]);
  if (runId === undefined) expect(statuses(after)).toEqual(statuses(before));
  else checkTruth(await stage.read(runId), stage.built.accountIds, before, after);
  return { stage, before, after, startedAt };
}
