import { expect, it } from 'vitest';

import { parseOptions } from '../../bench/options.ts';

it('reads what to measure', () => {
  expect(parseOptions(['--accounts', '500', '--users', '20', '--profile'])).toEqual({
    accounts: 500,
    users: 20,
    latency: undefined,
    quick: false,
    profile: true,
    leak: false,
    peers: false,
    rounds: undefined,
    original: undefined,
  });
});

it.each([
  [['--accounts', '0'], /^--accounts 0: expected a whole number from 1 on\.\nUsage: /],
  [['--latency', 'far'], /^--latency far: expected a whole number from 1 on\.\nUsage: /],
  [['--acounts', '5'], /'--acounts'.*\nUsage: /s],
])('says in words what is wrong with %j', (parameters, words) => {
  expect(() => parseOptions(parameters)).toThrow(words);
});
