import { expect } from 'vitest';

import type { RequestCounter } from '../../src/aws/request-counter.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { runIdOf } from '../../src/batches/step.ts';
import { checkFinished } from '../crash/after-the-kill.ts';
import { aWeekBefore } from '../crash/killing.ts';
import { smallOrganization } from '../crash/organization.ts';
import type { Build } from '../properties/build-under-test.ts';
import { stageOf, type Stage } from '../properties/stage.ts';
import type { World } from '../properties/model.ts';
import { checkSums, checkTruth } from '../properties/truth.ts';
import { Chaos, UNAVAILABLE } from './disturbing.ts';
import { executionAt, play, playUndisturbed } from './playing.ts';

const HALF_AN_HOUR = 31 * 60_000;

/** The next sweep deactivates, deletes and remembers. */
export async function prepared(build: Build): Promise<Stage> {
  const stage = stageOf(smallOrganization('deactivate-then-delete'), build);
  await aWeekBefore(stage);
  return stage;
}

export async function undisturbedEnd(build: Build): Promise<World> {
  return (await undisturbed(build)).world;
}

export async function undisturbed(
  build: Build,
): Promise<{ readonly world: World; readonly summary: RunSummary }> {
  const stage = await prepared(build);
  const summary = await playUndisturbed(stage);
  return { world: stage.world(), summary };
}

/**
 * A run in which steps die, are given up while running, and run twice at once. Checks that its ledger is
 * true, that each account has one outcome, and that the next sweep finishes the work.
 * @returns the summary; undefined when the run did not end
 */
export async function runInChaos(seed: number, build: Build, end: World): Promise<RunSummary | undefined> {
  const { stage, sent } = countedStage(await prepared(build));
  const chaos = new Chaos(stage, seed, 1 + (seed % 2));
  const check = truthOf(stage, end);
  const ended = await play(chaos.take, executionAt(stage)).catch(asError);
  await Promise.all(chaos.left);
  const story = `seed ${seed}: ${chaos.happened.join('; ')}`;
  await check(ended, story);
  const summary = ended instanceof Error ? undefined : ended;
  // Requests of dead steps may be missing, but none is counted twice.
  expect(summary?.calls ?? 0, story).toBeLessThanOrEqual(sent());
  return summary;
}

/**
 * Notes the state before a run.
 * @param end the state after an undisturbed run
 * @returns a check for after the run, given the result or error of its last attempt
 */
export function truthOf(
  stage: Stage,
  end: World,
): (ended: RunSummary | Error, story: string) => Promise<void> {
  const before = stage.world();
  const startedAt = stage.built.organization.clock.milliseconds();
  const runId = runIdOf(executionAt(stage));
  return async (ended, story) => {
    try {
      if (ended instanceof Error && !isOfChaos(ended)) throw ended;
      const after = stage.world();
      if ([...stage.objects.keys()].some((key) => key.startsWith(`runs/${runId}/records/`))) {
        const run = await stage.read(runId);
        await checkNothingTwice(stage, runId);
        checkTruth(run, stage.built.accountIds, before, after);
        if (run.summary && run.accounts.size > 0) checkSums(run, stage.built.accountIds);
        if (!(ended instanceof Error)) expect(run.summary).toEqual(ended);
      }
      stage.built.organization.clock.advance(HALF_AN_HOUR);
      await checkFinished({ stage, before, after, end, startedAt, story });
    } catch (error) {
      throw new Error(story, { cause: error });
    }
  };
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The last attempt at the last step may be disturbed, overtaken, or of a run that never started. */
export function isOfChaos(error: Error): boolean {
  return (
    error === UNAVAILABLE || ['Lambda.Unknown', 'RunNotStartedError', 'RunIdTakenError'].includes(error.name)
  );
}

/** The same stage, and the number of requests that all its processes have sent. */
export function countedStage(stage: Stage): { readonly stage: Stage; readonly sent: () => number } {
  const traffics: RequestCounter[] = [];
  const dependencies: Stage['dependencies'] = (disturbance) => {
    const made = stage.dependencies(disturbance);
    traffics.push(made.clients.requests);
    return made;
  };
  return {
    stage: { ...stage, dependencies },
    sent: () => traffics.reduce((sum, traffic) => sum + traffic.total().calls, 0),
  };
}

/** No attempt writes again to a key with a recorded result. */
async function checkNothingTwice({ build, store }: Stage, runId: string): Promise<void> {
  const done = new Set<string>();
  for await (const record of build.readRecords(store, runId)) {
    if (record.type === 'writes-done') for (const { accessKeyId } of record.results) done.add(accessKeyId);
    if (record.type === 'writes-intended')
      for (const { accessKeyId } of record.writes)
        expect(done, 'written to again').not.toContain(accessKeyId);
  }
}
