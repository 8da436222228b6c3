import { expect, it } from 'vitest';

import { timeLeft } from '../../src/commands/terminal.ts';

it.each([
  [0, ', 0 s left'],
  [89, ', 89 s left'],
  [90, ', 2 min left'],
  [3_600, ', 60 min left'],
  ['NULL', ''],
  ['INF', ''],
])('%s seconds left are shown as "%s"', (seconds, expected) => {
  expect(timeLeft(seconds)).toBe(expected);
});
