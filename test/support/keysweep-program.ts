import { inject } from 'vitest';

/** keysweep's program, built once for all tests (test/support/global-setup.ts). */
export function keysweepProgram(): string {
  return inject('program');
}
