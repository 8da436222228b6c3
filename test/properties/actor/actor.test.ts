import { it } from 'vitest';

import { KEYSWEEP } from '../build-under-test.ts';
import { storiesToPlay, timeFor } from '../checking.ts';
import { checkActed } from './checking.ts';
import { actedStories, BETWEEN_BATCHES, type ActedBounds } from './drawing.ts';
import { playActed } from './play.ts';

const NUMBER = storiesToPlay(150);

it.for<[string, number, ActedBounds]>([
  ['between any two calls', NUMBER, {}],
  ['between the batches of an account with many keys', storiesToPlay(20), BETWEEN_BATCHES],
])(
  'a run writes nothing but what is due when it is read for the last time, whatever others do %s',
  { timeout: timeFor(NUMBER) },
  async ([, stories, bounds], context) => {
    await checkActed(actedStories(bounds), stories, (story) => playActed(story, KEYSWEEP), context);
  },
);
