import { Cron } from 'croner';
import { messageOf, ScheduleError } from './errors.ts';

export interface Schedule {
  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
  readonly expression: string;
  /** IANA time zone of a cron expression. */
  readonly timezone: string;
}

/**
 * The first firing after an instant; undefined when there is none, or for a rate without a known firing.
 * @param known any firing of the schedule: a rate counts from an instant that AWS does not show
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

/** The last firing at or before an instant; otherwise like {@link firingAfter}. @throws ScheduleError */
export function firingUntil(schedule: Schedule, until: Date, known?: Date): Date | undefined {
  const every = rateMilliseconds(schedule.expression);
  if (every !== undefined) return known && onRate(known, every, Math.floor(steps(known, until, every)));
  const cron = cronOf(schedule);
  // Croner's previous runs are before the given second.
  const nextSecond = new Date((Math.floor(until.getTime() / 1000) + 1) * 1000);
  let last = cron.previousRuns(1, nextSecond)[0];
  while (last !== undefined && !cron.match(last)) last = cron.previousRuns(1, last)[0];
  return last;
}

/** What is wrong with the expression; undefined: nothing. */
export function scheduleProblem(expression: string): string | undefined {
  const now = new Date();
  try {
    const next = firingAfter({ expression, timezone: 'UTC' }, now, now);
    return next ? undefined : `${expression} never fires again`;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** A day of a rate has 24 hours, even when the clocks change. Undefined for a cron expression. */
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
 * Croner has the same fields, after one for seconds. If the clocks skip a time, Croner moves the firing and
 * AWS skips it, so callers check that it matches. If the clocks show a time twice, both fire once.
 */
function cronOf({ expression, timezone }: Schedule): Cron {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  if (fields.length !== 6)
    throw new ScheduleError(`${expression} does not have six fields, as in cron(55 23 ? * FRI *)`);
  checkGrammar(expression, fields);
  // The last day of the week: for AWS, Saturday.
  if (fields[4] === 'L') fields[4] = '7';
  try {
    const [minutes = '', hours = '', ...rest] = fields;
    return new Cron(['0', withoutSteps(minutes, 59), withoutSteps(hours, 23), ...rest].join(' '), {
      timezone,
      mode: '7-part',
      alternativeWeekdays: true,
      sloppyRanges: true,
      fixedTimeRule: 'no-wildcard',
    });
  } catch (cause) {
    throw new ScheduleError(`${expression} is invalid: ${messageOf(cause)}`, { cause });
  }
}

/** At a time that the clocks show twice, Croner fires twice for a wildcard or a step, and AWS once. */
function withoutSteps(field: string, most: number): string {
  const stepped = /(?:\*|(\d+)(?:-(\d+))?)\/(\d+)|\*/g;
  return field.replace(stepped, (item, from?: string, to?: string, step?: string) => {
    const [first, last, by] = [Number(from ?? 0), Number(to ?? most), Number(step ?? 1)];
    if (by === 0 || first > last || last > most) return item;
    return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, at) => first + at * by).join(',');
  });
}

const MONTH = '\\d{1,2}|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC';
const WEEKDAY = '[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT';
const YEAR = '19[7-9]\\d|2[01]\\d\\d';

/** One or more, separated by commas. */
function listOf(item: string): RegExp {
  return new RegExp(`^(${item})(,(${item}))*$`, 'i');
}

/** The second cannot be part of a list. */
function listOrOne(item: string, alone: string): RegExp {
  return new RegExp(`${listOf(item).source}|^(${alone})$`, 'i');
}

/** A value, a range or all, with a step. */
function stepped(value: string): string {
  return `(\\*|(${value})(-(${value}))?)(/\\d+)?`;
}

/**
 * What a field may hold, besides `?` in one of the two day fields. Croner allows more; it checks numbers.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
const GRAMMAR = [
  ['minutes', listOf(stepped('\\d{1,2}'))],
  ['hours', listOf(stepped('\\d{1,2}'))],
  ['day-of-month', listOrOne(stepped('\\d{1,2}'), 'L|LW|\\d{1,2}W')],
  ['month', listOf(stepped(MONTH))],
  ['day-of-week', listOrOne(`\\*|(${WEEKDAY})(-(${WEEKDAY}))?`, `L|(${WEEKDAY})L|(${WEEKDAY})#[1-5]`)],
  ['year', listOf(stepped(YEAR))],
] as const;

function checkGrammar(expression: string, fields: readonly string[]): void {
  const days = [fields[2], fields[4]];
  if (days.filter((field) => field === '?').length !== 1)
    throw new ScheduleError(
      `${expression} has ${days.join(' and ')} for day-of-month and day-of-week: ` +
        'exactly one of them must be ?',
    );
  for (const [at, [name, pattern]] of GRAMMAR.entries()) {
    const field = fields[at] ?? '';
    const isDay = at === 2 || at === 4;
    if (!(isDay && field === '?') && !pattern.test(field))
      throw new ScheduleError(
        `${expression} has ${field} for ${name}, which EventBridge Scheduler does not know`,
      );
  }
}
