/**
 * The clock of the tests. A test either passes a time of its own in, and then nothing reads the machine's
 * clock; or a real process, an emulator or the sandbox reads the machine's, and then every time in that test
 * is so much before or after now. `npm run test:clock` moves the machine's clock to find what mixes the two;
 * the linter lets nothing else in test/ read it.
 */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The time that processes, emulators and a sandbox without a time of its own go by. */
export function now(): Date {
  return new Date();
}

/** @param milliseconds may be negative */
export function fromNow(milliseconds: number): Date {
  return new Date(Date.now() + milliseconds);
}

/** A date such as `2026-11-27`, in UTC, as opt-outs have it. @param days may be negative */
export function dateFromNow(days: number): string {
  return fromNow(days * DAY)
    .toISOString()
    .slice(0, 10);
}
