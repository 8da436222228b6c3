import { TestRunner } from 'vitest';

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

  override importFile(...about: Parameters<TestRunner['importFile']>): ReturnType<TestRunner['importFile']> {
    return this.#failed ? Promise.resolve() : super.importFile(...about);
  }
}
