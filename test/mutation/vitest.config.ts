import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

import { SDK } from '../support/sdk-settings.ts';

/** The room whose code is mutated. Only its own tests run. */
const room = process.env.KEYSWEEP_ROOM ?? '{rules,targets,ledger,organization,sweep}';

/** The first failure kills a mutant, so quick tests come first: those without SDK and sandbox. */
class QuickFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const slow = ({ moduleId }: TestSpecification): number =>
      Number(/(sweeping|answering)\.ts'/.test(readFileSync(moduleId, 'utf8')));
    return Promise.resolve(
      files.toSorted((a, b) => slow(a) - slow(b) || a.moduleId.localeCompare(b.moduleId)),
    );
  }
}

export default defineConfig({
  test: {
    include: [`test/${room}/**/*.test.ts`],
    exclude: [
      // Large organizations: what they test, small ones test too, a hundred times as fast.
      'test/sweep/{undo/undo-at-scale,survey/while-listing}.test.ts',
      // Types commands, which change the folder: Stryker's workers cannot.
      'test/ledger/upgrade/upgrade.test.ts',
    ],
    // One worker for all files, which loads the SDK once; every mutant gets a new one.
    isolate: false,
    sequence: { sequencer: QuickFirst },
    runner: 'test/mutation/first-failure.ts',
    // Files that it no longer loads.
    passWithNoTests: true,
    // Stryker reports the results; printing failures with their code takes longer than most tests.
    ...(process.env.STRYKER_MUTATOR_WORKER !== undefined && { reporters: [{}] }),
    testTimeout: 10_000,
    // Stryker's copy would make itself an environment.
    env: { ...SDK, KEYSWEEP_WITHOUT_PYTHON: 'true' },
  },
});
