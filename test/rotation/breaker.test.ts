import { describe, expect, it } from 'vitest';

import { exceededLimits, type PlannedSweep } from '../../src/rotation/breaker.ts';

const LIMITS = { maxKeys: 500, maxGrowth: 2, maxAccountsDrop: 0.1, maxCannotAssume: 0.05 };

const sweep = (overrides: Partial<PlannedSweep> = {}): PlannedSweep => ({
  keysToRevoke: 100,
  keysDue: 100,
  accountsListed: 100,
  targets: 90,
  cannotAssume: 0,
  filtered: false,
  last: { keysDue: 100, accountsListed: 100 },
  ...overrides,
});

const exceeded = (overrides: Partial<PlannedSweep>): string[] =>
  exceededLimits(LIMITS, sweep(overrides)).map(({ limit }) => limit);

describe('the breaker', () => {
  it.each<[string, Partial<PlannedSweep>, string[]]>([
    ['an ordinary sweep', {}, []],
    ['as many keys as allowed', { keysToRevoke: 500 }, []],
    ['one key more than allowed', { keysToRevoke: 501 }, ['maxKeys']],
    ['many keys due where nothing is armed', { keysToRevoke: 0, keysDue: 200 }, []],
    ['twice the keys of the last sweep', { keysDue: 200 }, []],
    ['more than twice the keys of the last sweep', { keysDue: 201 }, ['maxGrowth']],
    ['growth, but few keys', { keysDue: 49, last: { keysDue: 1, accountsListed: 100 } }, []],
    ['growth from nothing', { keysDue: 50, last: { keysDue: 0, accountsListed: 100 } }, ['maxGrowth']],
    ['growth in a filtered run', { keysDue: 400, filtered: true }, []],
    ['no earlier sweep', { keysDue: 400, last: undefined }, []],
    ['a tenth of the accounts gone', { accountsListed: 90 }, []],
    ['more than a tenth of the accounts gone', { accountsListed: 89 }, ['maxAccountsDrop']],
    ['one of five accounts gone', { accountsListed: 4, last: { keysDue: 100, accountsListed: 5 } }, []],
    ['accounts gone in a filtered run', { accountsListed: 50, filtered: true }, []],
    ['three closed doors of three', { targets: 3, cannotAssume: 3 }, []],
    ['four closed doors of ninety', { cannotAssume: 4 }, []],
    ['five closed doors of ninety', { cannotAssume: 5 }, ['maxCannotAssume']],
    [
      'everything at once',
      { keysToRevoke: 900, keysDue: 900, accountsListed: 10, cannotAssume: 90 },
      ['maxKeys', 'maxGrowth', 'maxAccountsDrop', 'maxCannotAssume'],
    ],
  ])('%s', (_, overrides, limits) => {
    expect(exceeded(overrides)).toEqual(limits);
  });

  it('says what was counted, against what, and how to go on', () => {
    const [limit] = exceededLimits(LIMITS, sweep({ keysToRevoke: 501 }));
    expect(limit).toMatchObject({ allowed: 500, found: 501 });
    expect(limit?.message).toMatch(/501 keys .* limits\.maxKeys is 500.* raise limits\.maxKeys/);
  });
});
