import { test, TestRunner } from 'vitest';

/**
 * Stops at the first failure for good: vitest would still load all files that are left, and with them the SDK, once for
 * every mutant.
 */
export default class FirstFailure extends TestRunner {
  #failed = false;

  override cancel(...about: Parameters<TestRunner['cancel']>): void {
    this.#failed = true;
    super.cancel(...about);
  }

  override async importFile(...about: Parameters<TestRunner['importFile']>): Promise<void> {
    if (this.#failed) return;
    try {
      await super.importFile(...about);
    } catch (error) {
      // Stryker looks at tests alone: for a file that does not load it sees none that failed, and the mutant survives.
      test('loads', () => Promise.reject(error as Error));
    }
  }
}
