import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Quick ones first: most mutants are killed before a whole sweep has to be made. */
const ROOMS = ['rotation', 'scope', 'ledger', 'organization', 'sweep'];

class QuickRoomsFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number =>
      ROOMS.findIndex((room) => moduleId.includes(`/test/${room}/`));
    return Promise.resolve(
      files.toSorted((a, b) => place(a) - place(b) || a.moduleId.localeCompare(b.moduleId)),
    );
  }
}

// The tests that are run against mutants: those of the rooms that are mutated. No processes, no emulators, no long suites.
export default defineConfig({
  test: {
    include: [`test/{${ROOMS.join()}}/**/*.test.ts`],
    // One worker for all files, which loads the SDK once; every mutant gets a new one.
    isolate: false,
    sequence: { sequencer: QuickRoomsFirst },
    testTimeout: 30_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
