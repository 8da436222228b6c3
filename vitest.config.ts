import { defineConfig } from 'vitest/config';

import { SDK } from './test/sdk-settings.ts';

/**
 * Rooms whose tests leave nothing behind in their process, such as variables of the environment: their files share a worker, which loads the SDK
 * once for all of them. Every other file gets a process of its own.
 */
const TOGETHER =
  'test/{access,calls,config,doctor,fan-out,iam,ledger,organization,page,permissions,report,rotation,sandbox,schedule,scope,sweep}/**/*.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['test/emulators/global-setup.ts'],
    // Whole sweeps over HTTP, on machines that are busy with other things.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    env: SDK,
    // .ci/run counts from the file.
    reporters: ['default', ['json', { outputFile: 'coverage/results.json' }]],
    projects: [
      { extends: true, test: { name: 'together', include: [TOGETHER], isolate: false } },
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: [TOGETHER] } },
    ],
  },
});
