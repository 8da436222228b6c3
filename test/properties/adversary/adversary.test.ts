import { it } from 'vitest';

import { KEYSWEEP } from '../build-under-test.ts';
import { storiesToPlay, timeFor } from '../checking.ts';
import { checkAdversary } from './checking.ts';
import { checkAttacked } from './compare.ts';
import { attackedStories } from './drawing.ts';
import { lambdaEngine } from './engines.ts';

const NUMBER = storiesToPlay(40);

it(
  'a run writes what AWS and accounts.json permit, and names what was forged, whatever ledger and events say',
  async (context) => {
    await checkAdversary(
      attackedStories(),
      NUMBER,
      (story) => checkAttacked(story, () => lambdaEngine(KEYSWEEP)),
      context,
    );
  },
  3 * timeFor(NUMBER),
);
