import fc from 'fast-check';
import { expect, it } from 'vitest';

import { KEYSWEEP } from './build-under-test.ts';
import { checkStories, storiesToPlay, timeFor } from './checking.ts';
import { stories } from './drawing.ts';
import { play } from './play.ts';
import type { Chapter } from './story.ts';

const NUMBER = storiesToPlay(100);

/** What the faults left undone is done, or what the sweep did is undone, for all that it could not know. */
const afterFaults = fc.constantFrom<(readonly Chapter[])[]>(
  [{ type: 'sweep' }],
  [{ type: 'undo', sweep: 0 }, { type: 'sweep' }],
  [{ type: 'days', days: 7 }, { type: 'sweep' }],
);

it(
  'writes nothing but what is due while calls fail, explains what it leaves, and goes on without faults',
  async () => {
    await checkStories(stories({ faults: true, chapters: afterFaults }), NUMBER, (story) =>
      play(story, KEYSWEEP),
    );
    expect.hasAssertions();
  },
  timeFor(NUMBER),
);
