import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/emulators/global-setup.ts'],
    // Whole sweeps over HTTP, on machines that are busy with other things.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // .ci/run counts from the file.
    reporters: ['default', ['json', { outputFile: 'coverage/results.json' }]],
  },
});
