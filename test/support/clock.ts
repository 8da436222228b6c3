/**
 * The clock of the tests. A test either passes its own time, and nothing reads the machine's clock; or a
 * process, an emulator or the sandbox reads it, and every time in the test is relative to now. `npm run
 * test:clock` moves the machine's clock to find tests that mix the two; the linter lets nothing else in
 * test/ read it.
 */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The time of processes, emulators and a sandbox without its own time. */
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
