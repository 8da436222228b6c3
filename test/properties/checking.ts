import fc from 'fast-check';
import type { TestContext } from 'vitest';

/** `KEYSWEEP_SEED`, or always the same: then a failure is of the change that was made. */
export const SEED = Number(process.env.KEYSWEEP_SEED ?? 20261123);

/** The three properties share `KEYSWEEP_STORIES` evenly; those of runs in steps get as many each. */
const PROPERTIES = 3;

/** How many stories a property plays. @param few when the environment asks for no number */
export function storiesToPlay(few: number): number {
  const asked = process.env.KEYSWEEP_STORIES;
  return asked === undefined ? few : Math.ceil(Number(asked) / PROPERTIES);
}

/** Milliseconds that so many stories may take at most. */
export function timeFor(stories: number): number {
  return 60_000 + stories * 1_000;
}

/** What a property leaves for the reporter of the long run. */
export interface Played {
  readonly stories: number;
  readonly violations: number;
  readonly seed: number;
}

/** @throws with the shortest story that fails, told, and the seed to play it again */
export async function checkStories<Story>(
  arbitrary: fc.Arbitrary<Story>,
  stories: number,
  check: (story: Story) => Promise<void>,
  { task }: TestContext,
): Promise<void> {
  process.stdout.write(`${stories} stories, KEYSWEEP_SEED=${SEED}\n`);
  let played = 0;
  const counted = fc.asyncProperty(arbitrary, async (story) => {
    played += 1;
    await check(story);
  });
  const result = await fc.check(counted, { numRuns: stories, seed: SEED });
  const found: Played = {
    stories: result.failed ? result.numRuns : played,
    violations: Number(result.failed),
    seed: SEED,
  };
  Object.assign(task.meta, { played: found });
  if (result.failed)
    throw result.errorInstance instanceof Error
      ? new Error(fc.defaultReportMessage(result), { cause: result.errorInstance })
      : new Error(fc.defaultReportMessage(result));
}
