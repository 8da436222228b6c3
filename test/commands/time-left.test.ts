import { expect, it } from 'vitest';

import { timeLeft } from '../../src/commands/terminal.ts';

it.each([
  [0, ', 0 s left'],
  [89, ', 89 s left'],
  [90, ', 2 min left'],
  [3_600, ', 60 min left'],
  ['NULL', ''],
  ['INF', ''],
])('of %s is told as "%s"', (seconds, told) => {
  expect(timeLeft(seconds)).toBe(told);
});
