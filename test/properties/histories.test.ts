import { expect, it } from 'vitest';

import { KEYSWEEP } from './build-under-test.ts';
import { checkStories, storiesToPlay, timeFor } from './checking.ts';
import { anyChapters, perhapsPlanned, stories } from './drawing.ts';
import { play } from './play.ts';

const NUMBER = storiesToPlay(70);

it(
  'deletes, remembers, undoes and holds as documented, whatever happens in between',
  async (context) => {
    await checkStories(
      stories({ faults: false, before: perhapsPlanned, chapters: anyChapters }),
      NUMBER,
      (story) => play(story, KEYSWEEP),
      context,
    );
    expect.hasAssertions();
  },
  timeFor(NUMBER),
);
