import { describe, expect, it } from 'vitest';

import { runIdOf } from '../../src/batches/step.ts';
import { KillPoint, type Moment } from '../crash/kill-point.ts';
import { callsAfterLimits, READ_AGAIN } from '../crash/read-again.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import type { Stage } from '../properties/stage.ts';
import { statuses } from '../properties/stage.ts';
import { checkSums, checkTruth } from '../properties/truth.ts';
import { countedStage, prepared, undisturbed } from './chaos.ts';
import { FailingOnce, killed } from './disturbing.ts';
import { attempt, executionAt, play, type Take } from './playing.ts';

const MOMENTS: readonly Moment[] = ['before its effect', 'after its effect'];

type Event = Parameters<Take>[0];

/** Disturbs the first attempt at a step. @returns its result if it was not disturbed */
type Disturb = (event: Event, stage: Stage, at: number, moment: Moment) => Promise<unknown>;

/** Disturbs the first attempt at one step of a run. @returns whether the step had that many events */
async function disturbOnce(
  disturb: Disturb,
  number: number,
  at: number,
  moment: Moment,
  batchSize: number,
): Promise<boolean> {
  const { stage, sent } = countedStage(await prepared(KEYSWEEP));
  const before = stage.world();
  const execution = executionAt(stage);
  let steps = 0;
  let wasDisturbed = false;
  const take: Take = async (event) => {
    steps += 1;
    if (steps === number) {
      const result = await disturb(event, stage, at, moment);
      wasDisturbed = result === undefined;
      if (!wasDisturbed) return result;
    }
    return attempt(event, stage, stage.dependencies(), batchSize);
  };
  const summary = await play(take, execution);
  const story = `step ${number} disturbed at event ${at}, ${moment}`;
  expect(summary.verdict, story).toBe('ok');
  const run = await stage.read(runIdOf(execution));
  checkTruth(run, stage.built.accountIds, before, stage.world());
  checkSums(run, stage.built.accountIds);
  const { world, summary: ofAll } = await end;
  expect(statuses(stage.world()), story).toEqual(statuses(world));
  expect(summary.calls, story).toBeLessThanOrEqual(sent());
  // Requests are recorded with their results, except in Begin, which stores its results first.
  if (number !== BEGIN) expect(summary.calls, story).toBeGreaterThanOrEqual(ofAll.calls!);
  return wasDisturbed;
}

const end = undisturbed(KEYSWEEP);

/** begin, plan, check-limits, apply, conclude; with one account in a batch, two of plan and apply. */
const STEPS = { 1: 7, 2: 5 } as const;
const BEGIN = 1;

/** By default each event has one of the moments; `npm run test:long` tries both. */
const STRIDE = process.env.KEYSWEEP_CHAOS === undefined ? MOMENTS.length : 1;

const CASES = ([1, 2] as const).flatMap((batchSize) =>
  MOMENTS.map((moment, offset) => ({ batchSize, moment, offset: offset % STRIDE })),
);

const kill: (batchSize: number) => Disturb = (batchSize) => async (event, stage, at, moment) => {
  const point = new KillPoint(at, moment);
  const result = await killed(event, stage, point, batchSize).catch(() => undefined);
  return point.isDead() ? undefined : result;
};

describe('a step that is killed at any call or store operation and retried', { timeout: 120_000 }, () => {
  it.each(CASES)(
    '$moment, with $batchSize in a batch: the run is ok, and its ledger is true',
    async ({ batchSize, moment, offset }) => {
      let kills = 0;
      for (let step = 1; step <= STEPS[batchSize]; step += 1)
        for (let at = offset; await disturbOnce(kill(batchSize), step, at, moment, batchSize); at += STRIDE)
          kills += 1;
      expect(kills).toBeGreaterThan(60 / STRIDE);
    },
  );

  it('is killed at each kind of request that reads again before a write', async () => {
    const stage = await prepared(KEYSWEEP);
    const calls = await callsAfterLimits(stage, (dependencies) =>
      play((event) => attempt(event, stage, dependencies), executionAt(stage)),
    );
    expect(calls).toEqual(READ_AGAIN);
  });
});

const fail: (batchSize: number) => Disturb = (batchSize) => (event, stage, at, moment) => {
  const failing = new FailingOnce(at, moment);
  const dependencies = stage.dependencies({ store: failing.store(stage.store) });
  return attempt(event, stage, dependencies, batchSize).catch(() => undefined);
};

/** A step that plans records what failed, so a retry does not repeat it. */
const PLANNING = { 1: [2, 3], 2: [2] } as const satisfies Record<number, readonly number[]>;

describe('a step whose ledger fails once, at any operation, and that is retried', () => {
  it.each(CASES)(
    '$moment, with $batchSize in a batch: nothing is left behind',
    async ({ batchSize, moment, offset }) => {
      let failures = 0;
      for (let step = 1; step <= STEPS[batchSize]; step += 1) {
        if (new Set<number>(PLANNING[batchSize]).has(step)) continue;
        for (let at = offset; await disturbOnce(fail(batchSize), step, at, moment, batchSize); at += STRIDE)
          failures += 1;
      }
      expect(failures).toBeGreaterThan(20 / STRIDE);
    },
    120_000,
  );
});
