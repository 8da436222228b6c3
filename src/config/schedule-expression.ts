import { Cron } from 'croner';

import { ScheduleError } from './errors.ts';

/** When something is to happen, as EventBridge Scheduler takes it. */
export interface Schedule {
  /** `cron(…)` or `rate(…)`: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
  readonly expression: string;
  /** IANA time zone, in which a cron expression is read. */
  readonly timezone: string;
}

/**
 * The first firing after an instant; undefined when there is none any more, or when nobody can tell.
 * @param known any firing of the schedule: those of rate(…) count from when AWS made the schedule, which it does not tell
 * @throws ScheduleError
 */
export function firingAfter(schedule: Schedule, after: Date, known?: Date): Date | undefined {
  const every = rateMilliseconds(schedule.expression);
  if (every !== undefined) return known && onRate(known, every, Math.floor(steps(known, after, every)) + 1);
  const cron = cronOf(schedule);
  let next = cron.nextRun(after);
  while (next !== null && !cron.match(next)) next = cron.nextRun(next);
  return next ?? undefined;
}

/** The last firing that is not after an instant; otherwise as {@link firingAfter}. @throws ScheduleError */
export function firingUntil(schedule: Schedule, until: Date, known?: Date): Date | undefined {
  const every = rateMilliseconds(schedule.expression);
  if (every !== undefined) return known && onRate(known, every, Math.floor(steps(known, until, every)));
  const cron = cronOf(schedule);
  // What Croner calls previous is earlier than the second that it is given.
  const nextSecond = new Date((Math.floor(until.getTime() / 1000) + 1) * 1000);
  let last = cron.previousRuns(1, nextSecond)[0];
  while (last !== undefined && !cron.match(last)) last = cron.previousRuns(1, last)[0];
  return last;
}

/** Why nobody could tell when a schedule fires; undefined for one that can be read. The time zone makes no difference. */
export function scheduleProblem(expression: string): string | undefined {
  try {
    firingAfter({ expression, timezone: 'UTC' }, new Date(0));
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Days of a rate are of 24 hours, whatever the clocks do. Undefined for an expression that is no rate. */
function rateMilliseconds(expression: string): number | undefined {
  if (!expression.startsWith('rate(')) return undefined;
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = Number(count) * (UNITS[unit ?? ''] ?? NaN);
  if (milliseconds > 0) return milliseconds;
  throw new ScheduleError(`${expression} is not a rate such as rate(7 days)`);
}

function steps(known: Date, at: Date, every: number): number {
  return (at.getTime() - known.getTime()) / every;
}

function onRate(known: Date, every: number, count: number): Date {
  return new Date(known.getTime() + count * every);
}

/**
 * Croner knows the same fields, after one for seconds. It moves a time that the clocks leave out to the next that there is;
 * EventBridge Scheduler skips such a firing, hence the question whether a firing matches. A time that comes twice fires once.
 */
function cronOf({ expression, timezone }: Schedule): Cron {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  if (fields.length !== 6)
    throw new ScheduleError(
      `${expression} is not a cron expression of six fields such as cron(55 23 ? * FRI *)`,
    );
  // The last day of the week, which AWS lets begin on Sunday.
  if (fields[4] === 'L') fields[4] = '7';
  try {
    return new Cron(['0', ...fields].join(' '), {
      timezone,
      mode: '7-part',
      alternativeWeekdays: true,
      sloppyRanges: true,
      fixedTimeRule: 'no-wildcard',
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ScheduleError(`${expression} is not valid: ${why}`, { cause });
  }
}
