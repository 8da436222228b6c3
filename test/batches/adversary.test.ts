import fc from 'fast-check';
import { it } from 'vitest';

import { checkAdversary } from '../properties/adversary/checking.ts';
import { checkAttacked } from '../properties/adversary/compare.ts';
import { attackedStories } from '../properties/adversary/drawing.ts';
import { stepsEngine } from '../properties/adversary/engines.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { storiesToPlay, timeFor } from '../properties/checking.ts';

const NUMBER = storiesToPlay(30);

it(
  'a run in steps writes what AWS and accounts.json permit, and names what was forged, whatever the ledger ' +
    'and the inputs of steps say',
  async (context) => {
    const stories = fc.record({ story: attackedStories(), batchSize: fc.integer({ min: 1, max: 3 }) });
    await checkAdversary(
      stories,
      NUMBER,
      ({ story, batchSize }) => checkAttacked(story, () => stepsEngine(KEYSWEEP, batchSize)),
      context,
    );
  },
  3 * timeFor(NUMBER),
);
