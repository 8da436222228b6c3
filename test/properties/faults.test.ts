import { expect, it } from 'vitest';

import { KEYSWEEP } from './build-under-test.ts';
import { checkStories, storiesToPlay, timeFor } from './checking.ts';
import { AFTER_FAULTS, stories } from './drawing.ts';
import { play } from './play.ts';

const NUMBER = storiesToPlay(70);

it(
  'writes nothing but what is due while calls fail, explains what it leaves, and goes on without faults',
  async (context) => {
    await checkStories(
      stories({ faults: true, chapters: AFTER_FAULTS }),
      NUMBER,
      (story) => play(story, KEYSWEEP),
      context,
    );
    expect.hasAssertions();
  },
  timeFor(NUMBER),
);
