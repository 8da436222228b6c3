import { DAY } from '../support/clock.ts';

/** A time and a place at which the suite is run, for what depends on either. */
export interface Move {
  readonly name: string;
  /** When the clock starts from, as the machine's clock says now. */
  readonly from: (now: Date) => Date;
  /** Of the IANA database; the machine's own when left out. */
  readonly timeZone?: string;
}

const later =
  (days: number) =>
  (now: Date): Date =>
    new Date(now.getTime() + days * DAY);

const at = (iso: string) => (): Date => new Date(iso);

/** Some minutes before what is to happen while the suite runs. */
export const MOVES: readonly Move[] = [
  { name: 'tomorrow', from: later(1) },
  { name: 'in-37-days', from: later(37) },
  { name: 'in-a-hundred-years', from: later(36_525) },
  { name: 'leap-day', from: at('2028-02-29T23:30:00Z') },
  { name: 'new-year', from: at('2027-12-31T23:59:00Z') },
  { name: 'berlin-to-summer', from: at('2027-03-28T01:59:00+01:00'), timeZone: 'Europe/Berlin' },
  { name: 'berlin-to-winter', from: at('2027-10-31T02:59:00+02:00'), timeZone: 'Europe/Berlin' },
  { name: 'kiritimati', from: later(0), timeZone: 'Pacific/Kiritimati' },
  { name: 'st-johns', from: later(0), timeZone: 'America/St_Johns' },
];

/** Another one each day, so that CI has run all after nine. */
export function moveOfDay(now: Date): Move {
  const move = MOVES[Math.floor(now.getTime() / DAY) % MOVES.length];
  if (move === undefined) throw new RangeError(`no move for ${now.toISOString()}`);
  return move;
}

/** What NODE_OPTIONS loads into each process to move its clock. */
export const CLOCK_PRELOAD = new URL('move-clock.mjs', import.meta.url);

/** The environment that moves the clock of Node processes; empty if the clock is not moved. */
export function clockVariables(): Record<string, string> {
  const { NODE_OPTIONS, KEYSWEEP_CLOCK_OFFSET, TZ } = process.env;
  if (KEYSWEEP_CLOCK_OFFSET === undefined) return {};
  return { KEYSWEEP_CLOCK_OFFSET, NODE_OPTIONS: NODE_OPTIONS ?? '', ...(TZ !== undefined && { TZ }) };
}
