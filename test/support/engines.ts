import { inSteps } from '../batches/in-steps.ts';
import { KEYSWEEP, type Build } from '../properties/build-under-test.ts';

/** Both engines, for `describe.each`: the second one with a batch for each account. */
export const ENGINES: readonly (readonly [name: string, runSweep: Build['runSweep']])[] = [
  ['in one process', KEYSWEEP.runSweep],
  ['in batches', inSteps(1).runSweep],
];
