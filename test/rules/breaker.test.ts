import { describe, expect, it } from 'vitest';

import {
  exceededLimits,
  judgeSweep,
  type ArmedAccount,
  type ExceededLimit,
  type PlannedSweep,
} from '../../src/rules/breaker.ts';

const LIMITS = {
  maxKeys: 500,
  maxKeysPerAccount: 1000,
  maxGrowth: 2,
  maxGrowthPerAccount: 1000,
  maxShareOfKeys: 0.5,
  maxAccountsDrop: 0.1,
  maxCannotAssume: 0.05,
  maxDecisionAgeMinutes: 5,
};

const NO_AGE = { seen: 0, due: 0 };
const armed = (due: number, more: Partial<ArmedAccount> = {}): ArmedAccount => ({
  accountId: 'one',
  due,
  dueBefore: undefined,
  byAge: NO_AGE,
  ...more,
});

/** Its keys are in two accounts, whose numbers before are unknown. */
interface Facts extends Partial<PlannedSweep> {
  readonly due?: number;
  readonly byAge?: ArmedAccount['byAge'];
}

const sweep = ({ due = 100, byAge = NO_AGE, ...facts }: Facts = {}): PlannedSweep => ({
  armed: [armed(due - 1, { byAge }), armed(1, { accountId: 'two' })],
  accountsListed: 100,
  targets: 90,
  cannotAssume: 0,
  filtered: false,
  last: { keysDue: 100, accountsListed: 100 },
  ...facts,
});

const exceeded = (facts: Facts): string[] => exceededLimits(LIMITS, sweep(facts)).map(({ limit }) => limit);

describe('the breaker', () => {
  it.each<[string, Facts, string[]]>([
    ['an ordinary sweep', {}, []],
    ['as many keys as allowed', { due: 500, last: undefined }, []],
    ['one key more than allowed', { due: 501, last: undefined }, ['maxKeys']],
    ['no armed account', { armed: [] }, []],
    ['twice the keys of the last sweep', { due: 200 }, []],
    ['more than twice the keys of the last sweep', { due: 201 }, ['maxGrowth']],
    ['growth, but few keys', { due: 49, last: { keysDue: 1, accountsListed: 100 } }, []],
    ['growth from zero', { due: 50, last: { keysDue: 0, accountsListed: 100 } }, ['maxGrowth']],
    ['growth in a filtered run', { due: 400, filtered: true }, []],
    ['no earlier sweep', { due: 400, last: undefined }, []],
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
        due: 900,
        byAge: { seen: 900, due: 900 },
        accountsListed: 10,
        cannotAssume: 90,
      },
      ['maxKeys', 'maxGrowth', 'maxShareOfKeys', 'maxAccountsDrop', 'maxCannotAssume'],
    ],
  ])('%s', (_, facts, limits) => {
    expect(exceeded(facts)).toEqual(limits);
  });

  it.each<[string, Facts, Omit<ExceededLimit, 'limit'>]>([
    [
      'keys',
      { due: 501, last: undefined },
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
      { due: 300 },
      {
        allowed: 200,
        found: 300,
        message:
          '300 keys are due in armed accounts, 100 were at the last sweep; ' +
          'limits.maxGrowth allows 2 times as many. ' +
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
          '62 of 80 keys in armed accounts are over age or unused (77.5 %); ' +
          'limits.maxShareOfKeys allows 50 %. This is normal at a first sweep; ' +
          'otherwise maxKeyAgeDays, maxUnusedDays or a clock may be wrong. ' +
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

describe('the breaker by account', () => {
  const limits = { ...LIMITS, maxKeysPerAccount: 100, maxGrowthPerAccount: 4 };
  const grown = (dueBefore: number | undefined, due: number, accountId = 'one') =>
    armed(due, { accountId, dueBefore });
  const judged = (accounts: readonly ArmedAccount[], own: Partial<typeof limits> = {}) => {
    const { exceeded: over, withheld } = judgeSweep(
      { ...limits, ...own },
      sweep({ armed: accounts, last: { keysDue: 1, accountsListed: 100 } }),
    );
    return [over.map(({ limit }) => limit), withheld.map(({ accountId }) => accountId)];
  };

  it.each<[string, ArmedAccount, string[]]>([
    ['as many keys as allowed', grown(100, 100), []],
    ['one key more than allowed', grown(101, 101), ['one']],
    ['one key more than allowed, and no number before', grown(undefined, 101), ['one']],
    ['as much growth as allowed', grown(20, 80), []],
    ['more growth than allowed', grown(20, 81), ['one']],
    ['growth from zero', grown(0, 50), ['one']],
    ['growth, but few keys', grown(0, 49), []],
    ['no number before', grown(undefined, 90), []],
  ])('withholds the account or not: %s', (_, account, withheld) => {
    const others = [grown(60, 60, 'two'), grown(undefined, 60, 'three')];
    expect(judged([account, ...others], { maxGrowth: 1000 })).toEqual([[], withheld]);
  });

  it('does not count the keys of withheld accounts', () => {
    const accounts = [grown(101, 101), grown(40, 40, 'two'), grown(40, 40, 'three')];
    expect(judged(accounts, { maxKeys: 80 })).toEqual([[], ['one']]);
    expect(judged(accounts, { maxKeys: 79 })).toEqual([['maxKeys'], ['one']]);
  });

  it('compares the armed accounts with their own numbers before, if all are known', () => {
    const own = { maxGrowth: 2, maxGrowthPerAccount: 1000 };
    expect(judged([grown(30, 60), grown(30, 60, 'two')], own)).toEqual([[], []]);
    expect(judged([grown(30, 60), grown(29, 59, 'two')], own)).toEqual([['maxGrowth'], []]);
    expect(judged([grown(100, 60), grown(undefined, 60, 'two')], own)).toEqual([['maxGrowth'], []]);
  });

  it('withholds the account that has gained most, if the others exceed nothing without it', () => {
    const own = { maxKeys: 100, maxGrowth: 1000, maxGrowthPerAccount: 1000 };
    expect(judged([grown(30, 40), grown(30, 45, 'two'), grown(30, 31, 'three')], own)).toEqual([[], ['two']]);
    expect(judged([grown(80, 80), grown(80, 81, 'two')], own)).toEqual([[], ['two']]);
  });

  it('stops everything if the others exceed a limit without it, or no account has gained', () => {
    const own = { maxKeys: 100, maxGrowth: 1000, maxGrowthPerAccount: 1000 };
    const three = [grown(30, 60), grown(30, 61, 'two'), grown(30, 60, 'three')];
    expect(judged(three, own)).toEqual([['maxKeys'], []]);
    expect(judged([grown(60, 60), grown(60, 60, 'two')], own)).toEqual([['maxKeys'], []]);
    expect(judged([grown(undefined, 60), grown(61, 60, 'two')], own)).toEqual([['maxKeys'], []]);
    expect(judged([], { ...own, maxKeys: -1 })).toEqual([['maxKeys'], []]);
  });

  it.each<[string, ArmedAccount, Partial<typeof limits>, string]>([
    [
      'its keys',
      grown(undefined, 101),
      {},
      '101 keys are due here; limits.maxKeysPerAccount allows 100. Read the plan. ' +
        'If it is right, raise this limit.',
    ],
    [
      'its growth',
      grown(2, 60),
      {},
      '60 keys are due here, 2 were at the last sweep; limits.maxGrowthPerAccount allows 4 times as many. ' +
        'Read the plan. If it is right, sweep this account with --account.',
    ],
    [
      'the growth of all',
      grown(20, 60),
      { maxGrowth: 2 },
      '60 keys are due here, 20 were at the last sweep; with them the sweep exceeds limits.maxGrowth. ' +
        'Read the plan. If it is right, sweep this account with --account.',
    ],
  ])('explains why it withholds an account for %s', (_, account, own, reason) => {
    const facts = sweep({ armed: [account], last: { keysDue: 1, accountsListed: 100 } });
    const { withheld } = judgeSweep({ ...limits, ...own }, facts);
    expect(withheld).toEqual([{ accountId: 'one', reason }]);
  });
});
