import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

import { SDK } from '../support/sdk-settings.ts';
import { LastLine } from './last-line.ts';

// npm run test:long: the same properties with many stories from a new seed, and what is too slow for every
// day.
process.env.KEYSWEEP_STORIES ??= '20000';
process.env.KEYSWEEP_CHAOS ??= '5000';
process.env.KEYSWEEP_SEED ??= String(randomInt(2 ** 31));

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: [
      'test/{properties,crash,batches}/**/*.test.ts',
      'test/{crash,batches,config}/**/*.long.ts',
      'test/step-functions/whole-run.test.ts',
    ],
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    reporters: ['default', new LastLine()],
    env: SDK,
  },
});
