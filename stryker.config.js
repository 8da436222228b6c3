/**
 * npm run mutation: changes the code of the rooms that decide and write, one small thing at a time, and sees whether a test
 * fails. docs/mutation.md has the figures.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  mutate: ['src/{rotation,scope,sweep,organization,ledger}/**/*.ts'],
  // What the tests read; the rest stays out of the copy that is changed.
  ignorePatterns: ['/*', '!/src', '!/test', '!/package.json', '!/tsconfig.json', '!/accounts.example.json'],
  concurrency: 1,
  timeoutMS: 20_000,
  incremental: true,
  incrementalFile: 'coverage/mutation/incremental.json',
  tempDirName: 'coverage/mutation/tmp',
  reporters: ['clear-text', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'coverage/mutation/mutants.json' },
  htmlReporter: { fileName: 'coverage/mutation/mutants.html' },
};
