import { defineConfig } from 'vitest/config';

import { SDK } from './test/support/sdk-settings.ts';
import { EndOfLog } from './test/support/end-of-log.ts';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/left-behind.ts'],
    // Files share a worker, which loads the SDK and src once; left-behind.ts checks that they can.
    isolate: false,
    // One more than CI has cores: many files wait for a process, a timer or a retry.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Whole sweeps over HTTP, on machines that are busy with other things.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    env: SDK,
    reporters: [
      'default',
      // .ci/run counts from the file.
      ['json', { outputFile: 'coverage/results.json' }],
      new EndOfLog({ outputFile: 'coverage/end-of-log.txt' }),
    ],
  },
});
