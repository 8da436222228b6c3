import fc from 'fast-check';

import type { Story } from './telling.ts';

/** How many stories a property plays, and from which seed: `KEYSWEEP_STORIES` and `KEYSWEEP_SEED`, or a few of always the same. */
export const SEED = Number(process.env.KEYSWEEP_SEED ?? 20261123);
const LONG = process.env.KEYSWEEP_STORIES;

/** @param few how many, when the environment asks for no other number */
export function storiesToPlay(few: number): number {
  return LONG === undefined ? few : Math.ceil(Number(LONG));
}

/** Milliseconds that so many stories may take at most. */
export function timeFor(stories: number): number {
  return 30_000 + stories * 1_000;
}

/** @throws with the shortest story that fails, told, and the seed to play it again */
export async function checkStories(
  arbitrary: fc.Arbitrary<Story>,
  stories: number,
  check: (story: Story) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, check), { numRuns: stories, seed: SEED });
}
