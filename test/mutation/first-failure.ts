import { test, TestRunner } from 'vitest';

/** Stops at the first failure. vitest would load all remaining files, with the SDK, for every mutant. */
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
      // Stryker only sees tests: without this one, a mutant whose file does not load would survive.
      test('loads', () => Promise.reject(error as Error));
    }
  }
}
