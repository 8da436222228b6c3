import fc from 'fast-check';
import { expect, it } from 'vitest';

import { KEYSWEEP } from './build-under-test.ts';
import { checkStories, storiesToPlay, timeFor } from './checking.ts';
import { stories } from './drawing.ts';
import { play } from './play.ts';

const NUMBER = storiesToPlay(70);

it(
  'sweeps any organization exactly as the documentation says, and leaves nothing for the next sweep',
  async (context) => {
    await checkStories(
      stories({ faults: false, chapters: fc.constant([]) }),
      NUMBER,
      (story) => play(story, KEYSWEEP),
      context,
    );
    expect.hasAssertions();
  },
  timeFor(NUMBER),
);
