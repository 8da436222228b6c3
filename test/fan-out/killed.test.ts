import { describe, expect, it } from 'vitest';

import { runIdOf } from '../../src/fan-out/step.ts';
import { Doom, type Moment } from '../crash/doom.ts';
import { KEYSWEEP, type Build } from '../properties/build-under-test.ts';
import { statuses } from '../properties/stage.ts';
import { checkSums, checkTruth } from '../properties/truth.ts';
import { countedStage, prepared, undisturbed } from './chaos.ts';
import { killed } from './disturbing.ts';
import { attempt, executionAt, play, type Take } from './playing.ts';

const MOMENTS: readonly Moment[] = ['before its effect', 'after its effect'];

/** Kills the first attempt at that step of a run at that event, and lets the second one go on. @returns whether it came so far */
async function killOnce(number: number, at: number, moment: Moment, build: Build): Promise<boolean> {
  const { stage, sent } = countedStage(await prepared(build));
  const before = stage.world();
  const execution = executionAt(stage);
  const doom = new Doom(at, moment);
  let steps = 0;
  const take: Take = async (event) => {
    steps += 1;
    if (steps === number) {
      const result = await killed(event, stage, doom).catch(() => undefined);
      if (!doom.isDead()) return result;
    }
    return attempt(event, stage, stage.dependencies());
  };
  const summary = await play(take, execution);
  const story = `step ${number} killed at event ${at}, ${moment}`;
  expect(summary.verdict, story).toBe('ok');
  const run = await stage.read(runIdOf(execution));
  checkTruth(run, stage.built.accountIds, before, stage.world());
  checkSums(run, stage.built.accountIds);
  const { world, summary: ofAll } = await end(build);
  expect(statuses(stage.world()), story).toEqual(statuses(world));
  expect(summary.calls, story).toBeLessThanOrEqual(sent());
  // A record goes with the count of what led to it; but what Begin finds out is stored before it is recorded.
  if (number !== BEGIN) expect(summary.calls, story).toBeGreaterThanOrEqual(ofAll.calls!);
  return doom.isDead();
}

const ends = new Map<Build, ReturnType<typeof undisturbed>>();

function end(build: Build): ReturnType<typeof undisturbed> {
  const known = ends.get(build) ?? undisturbed(build);
  ends.set(build, known);
  return known;
}

/** begin, two to plan, check-limits, two to apply, conclude. */
const STEPS = 7;
const BEGIN = 1;

/** Every day each event has one of the moments; `npm run test:long` tries both. */
const STRIDE = process.env.KEYSWEEP_CHAOS === undefined ? MOMENTS.length : 1;

describe('a step that is killed at any call or store operation and taken again', { timeout: 120_000 }, () => {
  it.each(MOMENTS.map((moment, offset) => ({ moment, offset: offset % STRIDE })))(
    '$moment: the run is ok, and its ledger tells the truth',
    async ({ moment, offset }) => {
      let kills = 0;
      for (let step = 1; step <= STEPS; step += 1)
        for (let at = offset; await killOnce(step, at, moment, KEYSWEEP); at += STRIDE) kills += 1;
      expect(kills).toBeGreaterThan(80 / STRIDE);
    },
  );
});
