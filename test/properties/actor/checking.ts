import type { Arbitrary } from 'fast-check';
import { expect, type TestContext } from 'vitest';

import { checkStories } from '../checking.ts';
import type { PlayedStory } from './play.ts';

/** As checkStories; also throws when others act and a key is written in too few stories to prove anything. */
export async function checkActed<Story>(
  arbitrary: Arbitrary<Story>,
  stories: number,
  play: (story: Story) => Promise<PlayedStory>,
  context: TestContext,
): Promise<void> {
  let busy = 0;
  const check = async (story: Story): Promise<void> => {
    const { writes, acts } = await play(story);
    busy += Number(writes > 0 && acts > 0);
  };
  await checkStories(arbitrary, stories, check, context);
  expect(busy, 'stories in which others act and a key is written').toBeGreaterThan(stories / 3);
}
