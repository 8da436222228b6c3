import { expect } from 'vitest';

/**
 * A message is for a person at a terminal: it names what is wrong, is no stack trace, moves no cursor and
 * ends some time.
 * @param names the file or the object that it must name
 */
export function checkMessage(message: string, names: string): void {
  expect(message).toContain(names);
  expect(message).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expect(message).not.toMatch(/TypeError|RangeError|is not a function|undefined is not|Cannot read prop/);
  expect(message.length).toBeLessThan(40_000);
}

/** What a terminal would obey, or what turns a line around. */
export const UNPRINTABLE = /[^\P{Cc}\n]|[\u2028\u2029\p{Bidi_Control}\p{Cs}]/u;

/** What `work` threw; undefined when it did not. */
export function thrownBy(work: () => unknown): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return error as Error;
  }
}
