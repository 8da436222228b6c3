/**
 * Changes the code of one room in one small way at a time, and sees whether a test of that room fails. `npm run mutation`
 * (test/mutation/run.ts) does so room by room and writes docs/mutation.md.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'vitest',
  // `related` would look through all imports again for every mutant; which tests reach it is known already.
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // What the tests read; the rest stays out of the copy that is changed.
  ignorePatterns: [
    '/*',
    '!/src',
    '!/sandbox',
    '!/test',
    '!/package.json',
    '!/tsconfig.json',
    '!/accounts.example.json',
    '!/docs',
  ],
  concurrency: 1,
  // Sweeps on machines that are busy with other things.
  timeoutMS: 20_000,
  incremental: true,
  tempDirName: 'coverage/mutation/tmp',
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
};
