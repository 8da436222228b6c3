import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The room whose code is mutated: its own tests have to notice, so that no other room's do its work by chance. */
const room = process.env.KEYSWEEP_ROOM ?? '{rotation,scope,ledger,organization,sweep}';

/** vitest begins with the slowest file, and a mutant is gone at the first test that fails. */
class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId)));
  }
}

export default defineConfig({
  test: {
    include: [`test/${room}/**/*.test.ts`],
    // One worker for all files, which loads the SDK once; every mutant gets a new one.
    isolate: false,
    sequence: { sequencer: ByName },
    testTimeout: 30_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
