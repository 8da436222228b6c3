import { expect, it } from 'vitest';

import { KEYSWEEP } from '../properties/build-under-test.ts';
import { failEverywhere, type Duration } from './failing-store.ts';

it.each<[Duration, number]>([
  ['once', 1],
  ['forever', 1],
  ['once', 4],
  ['forever', 4],
])(
  'a store that fails %s, at any write of a sweep (%i accounts at a time), stops the writes to IAM',
  async (duration, accounts) => {
    expect(await failEverywhere(KEYSWEEP, duration, accounts)).toBeGreaterThan(10);
  },
);
