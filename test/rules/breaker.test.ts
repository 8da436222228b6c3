import { describe, expect, it } from 'vitest';

import { exceededLimits, type ExceededLimit, type PlannedSweep } from '../../src/rules/breaker.ts';

const LIMITS = {
  maxKeys: 500,
  maxGrowth: 2,
  maxShareOfKeys: 0.5,
  maxAccountsDrop: 0.1,
  maxCannotAssume: 0.05,
};

const sweep = (overrides: Partial<PlannedSweep> = {}): PlannedSweep => ({
  keysToRevoke: 100,
  keysDue: 100,
  byAge: { seen: 0, due: 0 },
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
    ['many keys due, but no armed account', { keysToRevoke: 0, keysDue: 200 }, []],
    ['twice the keys of the last sweep', { keysDue: 200 }, []],
    ['more than twice the keys of the last sweep', { keysDue: 201 }, ['maxGrowth']],
    ['growth, but few keys', { keysDue: 49, last: { keysDue: 1, accountsListed: 100 } }, []],
    ['growth from zero', { keysDue: 50, last: { keysDue: 0, accountsListed: 100 } }, ['maxGrowth']],
    ['growth in a filtered run', { keysDue: 400, filtered: true }, []],
    ['no earlier sweep', { keysDue: 400, last: undefined }, []],
    ['every key, without an age rule', { byAge: { seen: 0, due: 0 } }, []],
    ['half of the keys over age', { byAge: { seen: 200, due: 100 } }, []],
    ['one more than half of the keys over age', { byAge: { seen: 200, due: 101 } }, ['maxShareOfKeys']],
    ['every key over age, but few keys', { byAge: { seen: 49, due: 49 } }, []],
    ['every key over age, and many keys', { byAge: { seen: 50, due: 50 } }, ['maxShareOfKeys']],
    ['every key over age in a filtered run', { byAge: { seen: 90, due: 90 }, filtered: true }, []],
    ['a tenth of the accounts gone', { accountsListed: 90 }, []],
    ['more than a tenth of the accounts gone', { accountsListed: 89 }, ['maxAccountsDrop']],
    ['one of five accounts gone', { accountsListed: 4, last: { keysDue: 100, accountsListed: 5 } }, []],
    [
      'two of five accounts gone',
      { accountsListed: 3, last: { keysDue: 100, accountsListed: 5 } },
      ['maxAccountsDrop'],
    ],
    ['more accounts than at the last sweep', { accountsListed: 150 }, []],
    ['accounts gone in a filtered run', { accountsListed: 50, filtered: true }, []],
    ['no role in three of three', { targets: 3, cannotAssume: 3 }, []],
    ['no role in four of ninety', { cannotAssume: 4 }, []],
    ['no role in four of four', { targets: 4, cannotAssume: 4 }, ['maxCannotAssume']],
    ['no role in five of a hundred', { targets: 100, cannotAssume: 5 }, []],
    ['no role in five of ninety', { cannotAssume: 5 }, ['maxCannotAssume']],
    [
      'everything at once',
      {
        keysToRevoke: 900,
        keysDue: 900,
        byAge: { seen: 900, due: 900 },
        accountsListed: 10,
        cannotAssume: 90,
      },
      ['maxKeys', 'maxGrowth', 'maxShareOfKeys', 'maxAccountsDrop', 'maxCannotAssume'],
    ],
  ])('%s', (_, overrides, limits) => {
    expect(exceeded(overrides)).toEqual(limits);
  });

  it.each<[string, Partial<PlannedSweep>, Omit<ExceededLimit, 'limit'>]>([
    [
      'keys',
      { keysToRevoke: 501 },
      {
        allowed: 500,
        found: 501,
        message:
          'This sweep would revoke 501 keys; limits.maxKeys allows 500. Read the plan. If it is right, ' +
          'raise limits.maxKeys, or sweep part of the organization with --account or --ou.',
      },
    ],
    [
      'growth',
      { keysDue: 300 },
      {
        allowed: 200,
        found: 300,
        message:
          '300 keys are due, 100 were at the last sweep; limits.maxGrowth allows 2 times as many. ' +
          'Read the plan. If the growth is expected, raise limits.maxGrowth for this run.',
      },
    ],
    [
      'keys over age',
      { byAge: { seen: 80, due: 62 } },
      {
        allowed: 40,
        found: 62,
        message:
          '62 of 80 keys in armed accounts are over age (77.5 %); limits.maxShareOfKeys allows 50 %. ' +
          'This is normal at a first sweep; otherwise maxKeyAgeDays or a clock may be wrong. ' +
          'Read the plan. If it is right, run keysweep plan --out FILE and keysweep apply FILE once, ' +
          'or sweep parts with --account or --ou: this limit does not apply to them.',
      },
    ],
    [
      'lost accounts',
      { accountsListed: 80 },
      {
        allowed: 10,
        found: 20,
        message:
          'The organization has 80 accounts, 20 fewer than at the last sweep; ' +
          'limits.maxAccountsDrop allows 10 %. ' +
          'If these accounts have left, raise limits.maxAccountsDrop for this run.',
      },
    ],
    [
      'accounts without the role',
      { targets: 100, cannotAssume: 50 },
      {
        allowed: 12.5,
        found: 50,
        message:
          'The rotation role could not be assumed in 50 of 100 targets; ' +
          'limits.maxCannotAssume allows 12.5 %. Deploy the role there, or opt the accounts out.',
      },
    ],
  ])('explains %s beyond the limit: what was counted, against what, what to do', (_, overrides, expected) => {
    const limits = { ...LIMITS, maxCannotAssume: 0.125 };
    expect(exceededLimits(limits, sweep(overrides))).toEqual([expect.objectContaining(expected)]);
  });
});
