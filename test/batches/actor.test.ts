import fc from 'fast-check';
import { it } from 'vitest';

import { checkActed } from '../properties/actor/checking.ts';
import { actedStories } from '../properties/actor/drawing.ts';
import { playActed } from '../properties/actor/play.ts';
import { storiesToPlay, timeFor } from '../properties/checking.ts';
import { inSteps } from './in-steps.ts';

const NUMBER = storiesToPlay(80);

it(
  'a run in steps writes nothing but what is due when it is read for the last time, whatever others do',
  async (context) => {
    const stories = fc.record({ story: actedStories(), batchSize: fc.integer({ min: 1, max: 3 }) });
    await checkActed(
      stories,
      NUMBER,
      ({ story, batchSize }) => playActed(story, inSteps(batchSize)),
      context,
    );
  },
  timeFor(NUMBER),
);
