/** CloudWatch looks back seven days at most: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const LONGEST_WATCHED_PAUSE_DAYS = 7;

const DAYS: Record<string, number> = { minute: 1 / 1440, hour: 1 / 24, day: 1 };

/**
 * The longest time between two runs of a schedule, in whole days rounded up; undefined when it may be more than a week,
 * which is more than a CloudWatch alarm can look back.
 *
 * @param expression `rate(…)` or `cron(…)` of EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function longestPauseDays(expression: string): number | undefined {
  const days = expression.startsWith('rate(') ? rateDays(expression) : cronDays(expression);
  return days !== undefined && days <= LONGEST_WATCHED_PAUSE_DAYS ? days : undefined;
}

function rateDays(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return count === undefined || unit === undefined
    ? undefined
    : Math.ceil(Number(count) * (DAYS[unit] ?? Infinity));
}

/** Every month of every year: then the days of the week decide, unless days of the month are named. */
function cronDays(expression: string): number | undefined {
  const [, , dayOfMonth, month, dayOfWeek, year] = expression.slice('cron('.length, -1).trim().split(/\s+/);
  const every = (field: string | undefined) => field === '*' || field === '?';
  if (!every(dayOfMonth) || !every(month) || !(year === undefined || every(year))) return undefined;
  // The last Friday of a month (6L) or its second one (6#2) comes once a month.
  if (dayOfWeek === undefined || /[L#]/.test(dayOfWeek)) return undefined;
  return every(dayOfWeek) ? 1 : 7;
}
