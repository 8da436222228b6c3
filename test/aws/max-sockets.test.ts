import { describe, expect, it } from 'vitest';

import { maxSockets } from '../../src/aws/max-sockets.ts';
import { configWith } from '../support/build-config.ts';

describe('the number of sockets', () => {
  it.each([
    ['100 accounts with 4 calls each', {}, 100 * 4],
    ['10 accounts with 2 calls each', { concurrency: { accounts: 10, callsPerAccount: 2 } }, 20],
    [
      'the override with the most calls',
      {
        concurrency: { accounts: 10, callsPerAccount: 2 },
        overrides: [
          { accounts: ['111111111111'], concurrency: { callsPerAccount: 7 } },
          { accounts: ['222222222222'], armed: true },
        ],
      },
      70,
    ],
    [
      'an override with fewer calls',
      {
        concurrency: { accounts: 10, callsPerAccount: 5 },
        overrides: [{ accounts: ['111111111111'], concurrency: { callsPerAccount: 1 } }],
      },
      50,
    ],
  ])('is enough for %s, and for other calls', (_, config, calls) => {
    expect(maxSockets(configWith(config))).toBe(calls + maxSockets(undefined));
    expect(maxSockets(undefined)).toBeGreaterThan(0);
  });
});
