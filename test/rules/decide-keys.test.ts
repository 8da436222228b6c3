import { describe, expect, it } from 'vitest';

import {
  decideKeys,
  type DecisionContext,
  type RememberedKey,
  type UserFacts,
} from '../../src/rules/decide-keys.ts';
import type { Exempt, Rules } from '../../src/config/schema.ts';
import type { AccessKey } from '../../src/aws/iam/user.ts';

const NOW = new Date('2026-11-27T23:55:00Z');
const HOUR = 60 * 60 * 1000;

const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 24 * HOUR);

const key = (overrides: Partial<AccessKey> = {}): AccessKey => ({
  accessKeyId: 'AKIA1',
  status: 'Active',
  createDate: daysAgo(100),
  ...overrides,
});

const by = (rules: Partial<Rules> = {}, exempt: Partial<Exempt> = {}): DecisionContext => ({
  rules: {
    ...{ maxKeyAgeDays: 0, maxUnusedDays: false, mode: 'deactivate-then-delete', deleteAfterDays: 7 },
    users: 'all',
    ...rules,
  },
  exempt: { users: [], userTag: false, groups: [], ...exempt },
  now: NOW,
  ownKey: 'ASIASESSION',
});

const facts = (overrides: Partial<UserFacts> = {}): UserFacts => ({
  user: {
    userName: 'ada',
    userId: 'AIDA1',
    arn: 'arn:aws:iam::111122223333:user/ada',
  },
  keys: [key()],
  remembered: new Map(),
  ...overrides,
});

/** A date so many days after today. */
const lastDay = (days: number): string =>
  new Date(NOW.getTime() + days * 24 * HOUR).toISOString().slice(0, 10);

const remembered = (memory: RememberedKey): Map<string, RememberedKey> => new Map([['AKIA1', memory]]);

/** `action reason` of each key, or the missing fact. */
function verdict(user: UserFacts, rules: DecisionContext): string {
  const decision = decideKeys(user, rules);
  if (!decision.decided) return `needs ${decision.need.fact}`;
  return decision.decisions.map(({ action, reason }) => `${action} ${reason}`).join(', ');
}

describe('an active key', () => {
  it.each([
    [0, 0, 'deactivate maxKeyAgeDays is 0'],
    [0, -1, 'deactivate maxKeyAgeDays is 0'],
    [90, 89.99, 'keep maxKeyAgeDays not reached'],
    [90, 90, 'deactivate maxKeyAgeDays reached'],
    [90, 400, 'deactivate maxKeyAgeDays reached'],
  ])('with maxKeyAgeDays %d and an age of %d days: %s', (maxKeyAgeDays, age, expected) => {
    expect(verdict(facts({ keys: [key({ createDate: daysAgo(age) })] }), by({ maxKeyAgeDays }))).toBe(
      expected,
    );
  });

  it.each([
    ['deactivate', 'deactivate maxKeyAgeDays is 0'],
    ['deactivate-then-delete', 'deactivate maxKeyAgeDays is 0'],
    ['delete', 'delete maxKeyAgeDays is 0'],
  ] as const)('in mode %s: %s', (mode, expected) => {
    expect(verdict(facts(), by({ mode }))).toBe(expected);
  });

  it('is deactivated again although an earlier sweep recorded it as inactive long ago', () => {
    expect(verdict(facts({ remembered: remembered({ inactiveSince: daysAgo(50) }) }), by())).toBe(
      'deactivate maxKeyAgeDays is 0',
    );
  });
});

describe.each(['Inactive', 'Expired'])('a key that is %s', (status) => {
  const inactive = (inactiveSince?: Date): UserFacts =>
    facts({ keys: [key({ status })], remembered: remembered({ inactiveSince }) });

  it.each([
    ['deactivate', 'keep mode is deactivate'],
    ['deactivate-then-delete', 'keep deleteAfterDays not reached'],
    ['delete', 'delete maxKeyAgeDays is 0'],
  ] as const)('not recorded by a sweep, in mode %s: %s', (mode, expected) => {
    expect(verdict(inactive(), by({ mode }))).toBe(expected);
  });

  it.each([
    [6.7, 'keep deleteAfterDays not reached'],
    [6.75, 'needs last-used'],
    [30, 'needs last-used'],
  ])('recorded %d days ago: %s', (days, expected) => {
    expect(verdict(inactive(daysAgo(days)), by())).toBe(expected);
  });

  it.each([
    ['never', undefined, 'delete deleteAfterDays reached'],
    ['before it was recorded', daysAgo(40), 'delete deleteAfterDays reached'],
    ['after it was recorded, long ago', daysAgo(8), 'delete deleteAfterDays reached'],
    ['after it was recorded, recently', daysAgo(2), 'keep deleteAfterDays not reached'],
  ])('recorded 30 days ago and used %s', (_, lastUsed, expected) => {
    const user = { ...inactive(daysAgo(30)), lastUsed: new Map([['AKIA1', lastUsed]]) };
    expect(verdict(user, by())).toBe(expected);
  });

  it('has its last use on record once that was read', () => {
    const used = (lastUsed: Date | undefined) => {
      const user = { ...inactive(daysAgo(30)), lastUsed: new Map([['AKIA1', lastUsed]]) };
      const decision = decideKeys(user, by());
      return decision.decided ? decision.decisions.map((one) => one.lastUsed) : [];
    };
    expect(used(daysAgo(2))).toEqual([daysAgo(2)]);
    expect(used(undefined)).toEqual([null]);
    const unread = decideKeys(inactive(daysAgo(3)), by());
    expect(unread.decided && unread.decisions.every((one) => !('lastUsed' in one))).toBe(true);
  });

  it('waits from the day it was recorded, not from an earlier use', () => {
    const user = { ...inactive(daysAgo(3)), lastUsed: new Map([['AKIA1', daysAgo(40)]]) };
    expect(verdict(user, by())).toBe('keep deleteAfterDays not reached');
  });

  it('with no record waits until a sweep has recorded it', () => {
    expect(verdict(facts({ keys: [key({ status })] }), by())).toBe('keep deleteAfterDays not reached');
  });

  it('is not deleted by the last use of another key', () => {
    const user = { ...inactive(daysAgo(30)), lastUsed: new Map([['AKIA2', undefined]]) };
    expect(verdict(user, by())).toBe('needs last-used');
  });

  it('waits for its age like any other key', () => {
    const young = facts({
      keys: [key({ status, createDate: daysAgo(20) })],
      remembered: remembered({ inactiveSince: daysAgo(10) }),
    });
    expect(verdict(young, by({ maxKeyAgeDays: 90 }))).toBe('keep maxKeyAgeDays not reached');
  });
});

describe('with maxUnusedDays 45 and maxKeyAgeDays 90', () => {
  const rules = (more: Partial<Rules> = {}) => by({ maxKeyAgeDays: 90, maxUnusedDays: 45, ...more });
  const UNREAD = 'unread';
  const used = (
    age: number,
    daysSince: number | undefined | typeof UNREAD,
    status = 'Active',
  ): UserFacts => ({
    ...facts({ keys: [key({ status, createDate: daysAgo(age) })] }),
    ...(daysSince !== UNREAD && {
      lastUsed: new Map([['AKIA1', daysSince === undefined ? undefined : daysAgo(daysSince)]]),
    }),
  });

  it.each([
    [44.99, UNREAD, 'keep maxKeyAgeDays not reached'],
    [45, UNREAD, 'needs last-used'],
    [89.99, UNREAD, 'needs last-used'],
    [90, UNREAD, 'deactivate maxKeyAgeDays reached'],
    [45, undefined, 'deactivate maxUnusedDays reached'],
    [60, undefined, 'deactivate maxUnusedDays reached'],
    [60, 45, 'deactivate maxUnusedDays reached'],
    [60, 44.99, 'keep maxUnusedDays not reached'],
    [60, -1, 'keep maxUnusedDays not reached'],
    [100, 1, 'deactivate maxKeyAgeDays reached'],
  ] as const)('an active key of %d days, used %s days ago: %s', (age, daysSince, expected) => {
    expect(verdict(used(age, daysSince), rules())).toBe(expected);
  });

  it.each([
    ['deactivate', 'Active', 60, 'deactivate maxUnusedDays reached'],
    ['delete', 'Active', 60, 'delete maxUnusedDays reached'],
    ['delete', 'Active', 3, 'keep maxUnusedDays not reached'],
    ['delete', 'Inactive', 60, 'delete maxUnusedDays reached'],
    ['delete', 'Expired', 3, 'keep maxUnusedDays not reached'],
    ['delete', 'Inactive', UNREAD, 'needs last-used'],
    ['deactivate', 'Inactive', UNREAD, 'keep mode is deactivate'],
    ['deactivate-then-delete', 'Inactive', UNREAD, 'keep deleteAfterDays not reached'],
    ['deactivate-then-delete', 'Quarantined', UNREAD, 'keep unknown-status'],
  ] as const)('in mode %s, %s, used %s days ago: %s', (mode, status, daysSince, expected) => {
    expect(verdict(used(70, daysSince, status), rules({ mode }))).toBe(expected);
  });

  it.each([
    [UNREAD, 'needs last-used'],
    [undefined, 'delete deleteAfterDays reached'],
    [50, 'delete deleteAfterDays reached'],
    [44, 'keep maxUnusedDays not reached'],
    [2, 'keep deleteAfterDays not reached'],
  ] as const)('inactive since 30 days, used %s days ago: %s', (daysSince, expected) => {
    const user = used(70, daysSince, 'Inactive');
    expect(verdict({ ...user, remembered: remembered({ inactiveSince: daysAgo(30) }) }, rules())).toBe(
      expected,
    );
  });

  it('changes nothing while it is false', () => {
    expect(verdict(used(89, undefined), rules({ maxUnusedDays: false }))).toBe(
      'keep maxKeyAgeDays not reached',
    );
  });

  it('changes nothing while every key is due', () => {
    expect(verdict(used(60, 1), rules({ maxKeyAgeDays: 0 }))).toBe('deactivate maxKeyAgeDays is 0');
  });

  it('asks for the last use before it asks for tags and console access', () => {
    const all = rules({ users: 'with-console-access' });
    const tagged = { ...all, exempt: { ...all.exempt, userTag: { key: 'keysweep', value: 'exempt' } } };
    expect(verdict(used(60, UNREAD), tagged)).toBe('needs last-used');
    expect(verdict(used(60, 3), tagged)).toBe('keep maxUnusedDays not reached');
    expect(verdict(used(60, 50), tagged)).toBe('needs tags');
    expect(verdict({ ...used(60, 50), tags: new Map() }, tagged)).toBe('needs console-access');
  });

  it('asks only for keys that it decides about', () => {
    const user = facts({
      keys: [
        key({ accessKeyId: 'AKIA1', createDate: daysAgo(60) }),
        key({ accessKeyId: 'AKIA2', createDate: daysAgo(30) }),
        key({ accessKeyId: 'AKIA3', createDate: daysAgo(91) }),
        key({ accessKeyId: 'AKIA4', createDate: daysAgo(60), status: 'Inactive' }),
        key({ accessKeyId: 'AKIA5', createDate: daysAgo(50) }),
      ],
      lastUsed: new Map([['AKIA5', undefined]]),
    });
    const need = { fact: 'last-used', accessKeyIds: ['AKIA1'] };
    expect(decideKeys(user, rules())).toEqual({ decided: false, need });
  });

  it('keeps the last use of a kept key on record', () => {
    expect(decideKeys(used(60, 3), rules())).toMatchObject({ decisions: [{ lastUsed: daysAgo(3) }] });
  });

  it.each(['own-key', 'on-hold', 'exempt.users'])('asks nothing about a key with %s', (reason) => {
    const user = {
      ...used(60, UNREAD),
      remembered: remembered({ holdUntil: reason === 'on-hold' ? NOW : undefined }),
    };
    const later = { ...rules(), now: new Date(NOW.getTime() - (reason === 'on-hold' ? 1 : 0)) };
    const context = {
      ...later,
      ownKey: reason === 'own-key' ? 'AKIA1' : 'ASIASESSION',
      exempt: { ...later.exempt, users: reason === 'exempt.users' ? ['ada'] : [] },
    };
    expect(verdict(user, context)).toBe(`keep ${reason}`);
  });
});

it.each(['deactivate', 'deactivate-then-delete', 'delete'] as const)(
  'keeps a key of unknown status in mode %s',
  (mode) => {
    expect(verdict(facts({ keys: [key({ status: 'Quarantined' })] }), by({ mode }))).toBe(
      'keep unknown-status',
    );
  },
);

it('keeps the key that keysweep runs with, whatever the rules say', () => {
  expect(verdict(facts(), { ...by({ mode: 'delete' }), ownKey: 'AKIA1' })).toBe('keep own-key');
});

describe('a leaked key', () => {
  const leaked = (status: string, memory: RememberedKey, used: Partial<UserFacts> = {}): UserFacts =>
    facts({ keys: [key({ status, createDate: daysAgo(40) })], remembered: remembered(memory), ...used });
  const unused = { lastUsed: new Map([['AKIA1', undefined]]) };

  it.each([
    ['deactivate', 'Active', 'deactivate leaked'],
    ['deactivate-then-delete', 'Active', 'deactivate leaked'],
    ['delete', 'Active', 'delete leaked'],
    ['deactivate', 'Inactive', 'keep mode is deactivate'],
    ['deactivate-then-delete', 'Inactive', 'keep deleteAfterDays not reached'],
    ['delete', 'Inactive', 'needs last-used'],
  ] as const)('in mode %s, %s, whatever its age and hold: %s', (mode, status, expected) => {
    const user = leaked(status, { leakedAt: daysAgo(1), holdUntil: new Date(NOW.getTime() + HOUR) });
    expect(verdict(user, by({ mode, maxKeyAgeDays: 90 }))).toBe(expected);
  });

  it.each([
    ['the day it leaked', { leakedAt: daysAgo(6.7) }, 'keep deleteAfterDays not reached'],
    ['the day it leaked', { leakedAt: daysAgo(6.75) }, 'delete leaked'],
    ['an earlier record', { leakedAt: daysAgo(1), inactiveSince: daysAgo(8) }, 'delete leaked'],
    ['that day, before a later record', { leakedAt: daysAgo(8), inactiveSince: daysAgo(1) }, 'delete leaked'],
  ] as const)('that is inactive waits from %s: %o', (_, memory, expected) => {
    expect(verdict(leaked('Inactive', memory, unused), by({ maxKeyAgeDays: 90 }))).toBe(expected);
  });

  it('that was used since waits from its last use, which is asked for', () => {
    const memory = { leakedAt: daysAgo(30) };
    const rules = by({ maxKeyAgeDays: 90 });
    expect(verdict(leaked('Inactive', memory), rules)).toBe('needs last-used');
    const used = { lastUsed: new Map([['AKIA1', daysAgo(2)]]) };
    expect(verdict(leaked('Inactive', memory, used), rules)).toBe('keep deleteAfterDays not reached');
  });
});

describe('a hold', () => {
  it.each([
    [new Date(NOW.getTime() + 1), 'keep on-hold'],
    [NOW, 'delete maxKeyAgeDays is 0'],
    [daysAgo(1), 'delete maxKeyAgeDays is 0'],
  ])('until %s: %s', (holdUntil, expected) => {
    expect(verdict(facts({ remembered: remembered({ holdUntil }) }), by({ mode: 'delete' }))).toBe(expected);
  });
});

describe('exemption', () => {
  it.each([
    ['break-glass-*', 'break-glass-1', true],
    ['break-glass-*', 'Break-Glass-1', true],
    ['break-glass-*', 'not-break-glass-1', false],
    ['*-ci', 'deploy-ci', true],
    ['*-ci', 'deploy-ci-2', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'acb', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*-ci-*', 'deploy-ci-2', true],
    ['*-ci-*', 'deploy-2', false],
    ['*-ci-*', '-ci-', true],
    ['*ci*ci*', 'ci', false],
    ['ada', 'ada', true],
    ['ada', 'Ada', true],
    ['ada', 'adam', false],
    ['ada', 'bada', false],
    ['a.a', 'ada', false],
    ['*', 'anyone', true],
  ])('by the name %s of %s: %s', (pattern, userName, exempt) => {
    const user = facts({ user: { ...facts().user, userName } });
    expect(verdict(user, by({}, { users: [pattern] }))).toBe(
      exempt ? 'keep exempt.users' : 'deactivate maxKeyAgeDays is 0',
    );
  });

  it('by group', () => {
    expect(verdict(facts({ exemptGroup: { name: 'ServiceUsers' } }), by({ mode: 'delete' }))).toBe(
      'keep exempt.groups',
    );
  });

  it.each([
    [undefined, 'needs tags'],
    [new Map(), 'deactivate maxKeyAgeDays is 0'],
    [new Map([['keysweep', 'exempt']]), 'keep exempt.userTag'],
    [new Map([['KeySweep', 'exempt']]), 'keep exempt.userTag'],
    [new Map([['keysweep', 'Exempt']]), 'deactivate maxKeyAgeDays is 0'],
    [new Map([['rotation', 'exempt']]), 'deactivate maxKeyAgeDays is 0'],
    [
      new Map([
        ['rotation', 'exempt'],
        ['keysweep', 'exempt'],
      ]),
      'keep exempt.userTag',
    ],
  ])('by tag, with tags %o: %s', (tags, expected) => {
    expect(verdict(facts({ tags }), by({}, { userTag: { key: 'keysweep', value: 'exempt' } }))).toBe(
      expected,
    );
  });

  it('covers every key of the user', () => {
    const user = facts({
      exemptGroup: { name: 'ServiceUsers' },
      keys: [key(), key({ accessKeyId: 'AKIA2' }), key({ accessKeyId: 'AKIA3' })],
    });
    expect(verdict(user, by())).toBe('keep exempt.groups, keep exempt.groups, keep exempt.groups');
  });
});

describe('the exemption that is recorded', () => {
  const kept = (user: UserFacts, exempt: Partial<Exempt>) => {
    const decision = decideKeys(user, by({}, exempt));
    return decision.decided ? decision.decisions : [];
  };
  const tags = new Map([['KeySweep', 'exempt']]);

  it.each<[string, Partial<UserFacts>, Partial<Exempt>, object]>([
    ['the first pattern', {}, { users: ['bob', 'a*', 'ada'] }, { name: 'a*' }],
    [
      'the first pattern in force, and its last day',
      {},
      {
        users: [
          { name: 'a*', until: lastDay(-1) },
          { name: 'ad*', owner: 'x', until: lastDay(0) },
        ],
      },
      { name: 'ad*', until: lastDay(0) },
    ],
    [
      'the group',
      { exemptGroup: { name: 'ServiceUsers', until: lastDay(7) } },
      {},
      { name: 'ServiceUsers', until: lastDay(7) },
    ],
    ['the tag', { tags }, { userTag: { key: 'keysweep', value: 'exempt' } }, { name: 'keysweep=exempt' }],
  ])('is %s', (_, user, exempt, exemption) => {
    expect(kept(facts(user), exempt)).toEqual([expect.objectContaining({ action: 'keep', exemption })]);
  });

  it('is none for other reasons and for due keys', () => {
    const older = by({ maxKeyAgeDays: 3000 });
    for (const decision of [decideKeys(facts(), older), decideKeys(facts(), by())])
      expect(decision).toMatchObject({
        decided: true,
        decisions: [expect.not.objectContaining({ exemption: expect.anything() as unknown })],
      });
  });

  it('no longer holds after its last day', () => {
    expect(verdict(facts(), by({}, { users: [{ name: 'ada', until: lastDay(-1) }] }))).toBe(
      'deactivate maxKeyAgeDays is 0',
    );
  });
});

describe('console access', () => {
  it.each([
    [undefined, 'needs console-access'],
    [true, 'deactivate maxKeyAgeDays is 0'],
    [false, 'keep no-console-access'],
  ])('known as %s: %s', (consoleAccess, expected) => {
    expect(verdict(facts({ consoleAccess }), by({ users: 'with-console-access' }))).toBe(expected);
  });
});

it('needs the last use only of keys that it would delete by their record', () => {
  const user = facts({
    keys: [
      key({ accessKeyId: 'AKIA1', status: 'Inactive' }),
      key({ accessKeyId: 'AKIA2', status: 'Active' }),
      key({ accessKeyId: 'AKIA3', status: 'Inactive' }),
      key({ accessKeyId: 'AKIA4', status: 'Inactive' }),
    ],
    remembered: new Map([
      ['AKIA1', { inactiveSince: daysAgo(30) }],
      ['AKIA3', { inactiveSince: daysAgo(2) }],
      ['AKIA4', { inactiveSince: daysAgo(10) }],
    ]),
  });
  const need = { fact: 'last-used', accessKeyIds: ['AKIA1', 'AKIA4'] };
  expect(decideKeys(user, by())).toEqual({ decided: false, need });
});

describe('no further fact is needed', () => {
  const everything = by(
    { maxKeyAgeDays: 90, users: 'with-console-access' },
    { userTag: { key: 'keysweep', value: 'exempt' } },
  );

  it.each([
    ['no keys', [], ''],
    ['only young keys', [key({ createDate: daysAgo(1) })], 'keep maxKeyAgeDays not reached'],
    ['only keys of unknown status', [key({ status: 'Odd' })], 'keep unknown-status'],
  ])('for a user with %s', (_, keys, expected) => {
    expect(verdict(facts({ keys }), everything)).toBe(expected);
  });

  it('for a user with the exempt tag, such as console access', () => {
    expect(verdict(facts({ tags: new Map([['keysweep', 'exempt']]) }), everything)).toBe(
      'keep exempt.userTag',
    );
  });
});
