import { describe, expect, it } from 'vitest';

import { runIdOf } from '../../src/batches/step.ts';
import { Doom, type Moment } from '../crash/doom.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import type { Stage } from '../properties/stage.ts';
import { statuses } from '../properties/stage.ts';
import { checkSums, checkTruth } from '../properties/truth.ts';
import { countedStage, prepared, undisturbed } from './chaos.ts';
import { FailingOnce, killed } from './disturbing.ts';
import { attempt, executionAt, play, type Take } from './playing.ts';

const MOMENTS: readonly Moment[] = ['before its effect', 'after its effect'];

type Event = Parameters<Take>[0];

/** What befalls the first attempt at a step. @returns its result, where nothing befell it */
type RunFailure = (event: Event, stage: Stage, at: number, moment: Moment) => Promise<unknown>;

/**
 * Lets the first attempt at that step of a run meet its trouble, and the second one go on. @returns whether
 * it came so far
 */
async function disturbOnce(
  trouble: RunFailure,
  number: number,
  at: number,
  moment: Moment,
  batchSize: number,
): Promise<boolean> {
  const { stage, sent } = countedStage(await prepared(KEYSWEEP));
  const before = stage.world();
  const execution = executionAt(stage);
  let steps = 0;
  let wasMet = false;
  const take: Take = async (event) => {
    steps += 1;
    if (steps === number) {
      const result = await trouble(event, stage, at, moment);
      wasMet = result === undefined;
      if (!wasMet) return result;
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
  // A record goes with the count of what led to it; but what Begin finds out is stored before it is recorded.
  if (number !== BEGIN) expect(summary.calls, story).toBeGreaterThanOrEqual(ofAll.calls!);
  return wasMet;
}

const end = undisturbed(KEYSWEEP);

/**
 * begin, two to plan, check-limits, two to apply, conclude; one each where both accounts are in one batch.
 */
const STEPS = { 1: 7, 2: 5 } as const;
const BEGIN = 1;

/** Every day each event has one of the moments; `npm run test:long` tries both. */
const STRIDE = process.env.KEYSWEEP_CHAOS === undefined ? MOMENTS.length : 1;

const CASES = ([1, 2] as const).flatMap((batchSize) =>
  MOMENTS.map((moment, offset) => ({ batchSize, moment, offset: offset % STRIDE })),
);

const kill: (batchSize: number) => RunFailure = (batchSize) => async (event, stage, at, moment) => {
  const doom = new Doom(at, moment);
  const result = await killed(event, stage, doom, batchSize).catch(() => undefined);
  return doom.isDead() ? undefined : result;
};

describe('a step that is killed at any call or store operation and taken again', { timeout: 120_000 }, () => {
  it.each(CASES)(
    '$moment, with $batchSize in a batch: the run is ok, and its ledger tells the truth',
    async ({ batchSize, moment, offset }) => {
      let kills = 0;
      for (let step = 1; step <= STEPS[batchSize]; step += 1)
        for (let at = offset; await disturbOnce(kill(batchSize), step, at, moment, batchSize); at += STRIDE)
          kills += 1;
      expect(kills).toBeGreaterThan(60 / STRIDE);
    },
  );
});

const fail: (batchSize: number) => RunFailure = (batchSize) => (event, stage, at, moment) => {
  const failing = new FailingOnce(at, moment);
  const dependencies = stage.dependencies({ store: failing.store(stage.store) });
  return attempt(event, stage, dependencies, batchSize).catch(() => undefined);
};

/** Of what cannot be planned the run says so, and the next one takes it. */
const PLANNING = { 1: [2, 3], 2: [2] } as const satisfies Record<number, readonly number[]>;

describe('a step whose ledger fails once, at whatever operation, and that is taken again', () => {
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
