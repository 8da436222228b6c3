import fc from 'fast-check';

/** Offsets of a half and of three quarters of an hour, clocks that change by 30 minutes, both hemispheres. */
export const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'Europe/Dublin',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Asia/Jerusalem',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
] as const;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A number, or its name. */
function value(least: number, most: number, names: readonly string[] = []): fc.Arbitrary<string> {
  const number = fc.integer({ min: least, max: most });
  return names.length === 0
    ? number.map(String)
    : fc.tuple(number, fc.boolean()).map(([at, named]) => (named && names[at - least]) || String(at));
}

function range(least: number, most: number, names?: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }), fc.boolean())
    .map(([one, other, named]) =>
      [Math.min(one, other), Math.max(one, other)]
        .map((at) => (named ? (names?.[at - least] ?? String(at)) : String(at)))
        .join('-'),
    );
}

/** What a field may hold without the letters of the days. */
function field(least: number, most: number, names?: readonly string[], steps = true): fc.Arbitrary<string> {
  const single = value(least, most, names);
  const step = fc
    .tuple(fc.oneof(fc.constant('*'), single, range(least, most, names)), fc.integer({ min: 1, max: 12 }))
    .map(([from, by]) => `${from}/${by}`);
  const item = fc.oneof(single, range(least, most, names), ...(steps ? [step] : []));
  const list = fc.array(item, { minLength: 2, maxLength: 3 }).map((items) => items.join(','));
  return fc.oneof(fc.constant('*'), single, item, list);
}

const dayOfMonth = fc.oneof(
  { arbitrary: field(1, 31), weight: 3 },
  fc.constant('L'),
  value(1, 31).map((day) => `${day}W`),
);
const dayOfWeek = fc.oneof(
  { arbitrary: field(1, 7, WEEKDAYS, false), weight: 3 },
  value(1, 7, WEEKDAYS).map((day) => `${day}L`),
  fc.tuple(value(1, 7, WEEKDAYS), value(1, 5)).map((parts) => parts.join('#')),
);
const days = fc.oneof(
  dayOfMonth.map((day) => [day, '?'] as const),
  dayOfWeek.map((day) => ['?', day] as const),
);
const year = fc.oneof({ arbitrary: fc.constant('*'), weight: 4 }, field(2026, 2060, [], false));

/** Expressions that EventBridge Scheduler takes, so that both evaluators must. */
export const expressions: fc.Arbitrary<string> = fc
  .tuple(field(0, 59), field(0, 23), days, field(1, 12, MONTHS), year)
  .map(
    ([minutes, hours, [day, weekday], month, years]) =>
      `cron(${[minutes, hours, day, month, weekday, years].join(' ')})`,
  );
