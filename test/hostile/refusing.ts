import { expect } from 'vitest';

/**
 * A message must be readable at a terminal: it is not a stack trace, and not too long.
 * @param names the file or the object that it must name
 */
export function checkMessage(message: string, names: string): void {
  expect(message).toContain(names);
  expect(message).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expect(message).not.toMatch(/TypeError|RangeError|is not a function|undefined is not|Cannot read prop/);
  expect(message.length).toBeLessThan(40_000);
}

/** Characters that a terminal obeys, or that reverse a line. */
export const UNPRINTABLE = /[^\P{Cc}\n]|[\u2028\u2029\p{Bidi_Control}\p{Cs}]/u;

export function thrownBy(work: () => unknown): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return error as Error;
  }
}
