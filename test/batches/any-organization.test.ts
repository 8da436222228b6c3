import fc from 'fast-check';
import { expect, it } from 'vitest';

import { checkStories, storiesToPlay, timeFor } from '../properties/checking.ts';
import { AFTER_FAULTS, anyChapters, perhapsPlanned, stories } from '../properties/drawing.ts';
import { play } from '../properties/play.ts';
import { Story } from '../properties/telling.ts';
import { inSteps } from './in-steps.ts';

const NUMBER = storiesToPlay(12);

it.for<[string, Parameters<typeof stories>[0]]>([
  ['sweeps any organization as the model predicts', { faults: false, chapters: fc.constant([]) }],
  [
    'remembers, undoes and holds as the model predicts',
    { faults: false, before: perhapsPlanned, chapters: anyChapters },
  ],
  ['writes only to due keys while calls fail', { faults: true, chapters: AFTER_FAULTS }],
])('a run in steps %s', { timeout: timeFor(NUMBER) }, async ([, drawn], context) => {
  let batchSize = 0;
  await checkStories(
    stories(drawn),
    NUMBER,
    async ({ facts }) => {
      batchSize = (batchSize % 3) + 1;
      // test/batches/chaos.test.ts covers a failing ledger: the state machine retries the step.
      await play(new Story({ ...facts, storeFault: undefined }), inSteps(batchSize));
    },
    context,
  );
  expect.hasAssertions();
});
