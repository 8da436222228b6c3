import { expect, it } from 'vitest';
import { longestPauseDays } from '../../cdktf/schedule-pause.ts';

it.each([
  ['cron(55 23 ? * FRI *)', 7],
  ['cron(55 23 ? * MON-FRI *)', 7],
  ['cron(0 3 * * ? *)', 1],
  ['cron(0 3 ? * * *)', 1],
  ['cron(0 3 ? * 2 2027)', undefined],
  ['cron(0 3 1 * ? *)', undefined],
  ['cron(0 3 L * ? *)', undefined],
  ['cron(0 3 ? * 6L *)', undefined],
  ['cron(0 3 ? * 6#2 *)', undefined],
  ['cron(0 3 ? JAN FRI *)', undefined],
  ['cron(nonsense)', undefined],
  ['rate(12 hours)', 1],
  ['rate(1 day)', 1],
  ['rate(7 days)', 7],
  ['rate(8 days)', undefined],
  ['rate(90 minutes)', 1],
  ['rate(36 hours)', 2],
])('%s pauses for %s days at most', (expression, days) => {
  expect(longestPauseDays(expression)).toBe(days);
});
