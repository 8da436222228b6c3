import type { Arbitrary } from 'fast-check';
import { expect, type TestContext } from 'vitest';

import { checkStories } from '../checking.ts';
import type { PlayedRun } from './play.ts';

/**
 * As checkStories; also throws when objects or events are forged and a key is written in too few stories to
 * prove anything.
 */
export async function checkAdversary<Story>(
  arbitrary: Arbitrary<Story>,
  stories: number,
  play: (story: Story) => Promise<readonly PlayedRun[]>,
  context: TestContext,
): Promise<void> {
  let busy = 0;
  let forged = 0;
  const check = async (story: Story): Promise<void> => {
    const runs = await play(story);
    const count = runs.reduce((sum, { attacked, sent }) => sum + attacked.length + sent.length, 0);
    forged += count;
    busy += Number(count > 0 && runs.some(({ writes }) => writes.size > 0));
  };
  await checkStories(arbitrary, stories, check, context);
  process.stdout.write(`${forged} objects and events were forged\n`);
  expect(busy, 'stories in which something is forged and a key is written').toBeGreaterThan(stories / 3);
}
