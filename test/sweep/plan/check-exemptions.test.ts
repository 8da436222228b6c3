import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../../src/config/schema.ts';
import { checkExemptions } from '../../../src/sweep/plan/check-exemptions.ts';
import type { FailedTarget, PlanOutline } from '../../../src/sweep/plan/planned.ts';
import { outlineOf } from '../../../src/sweep/plan/planned.ts';
import { settingsFor } from '../../../src/targets/settings.ts';
import { configWith } from '../../support/build-config.ts';
import { FIRST, kept, plan, SECOND } from './plans.ts';

const NOW = new Date('2027-03-28T12:00:00Z');
const THIRD = '100000000003';

type Exempt = NonNullable<ConfigInput['defaults']['exempt']>;

interface Setup {
  readonly armed?: boolean;
  readonly users?: number;
  /** Names of users with keys. */
  readonly names?: readonly string[];
  readonly matched?: readonly string[];
}

function outline(id: string, exempt: Exempt, setup: Setup = {}): PlanOutline {
  const { armed = true, users = 1, names = [], matched = [] } = setup;
  const own = plan(id, {
    users,
    decisions: names.map((userName) => kept({ userName })),
    matchedExemptions: matched,
  });
  const config = configWith({ defaults: { armed, groups: ['Developers'], exempt } });
  const target = { ...own.target, settings: settingsFor(own.target.account, [], config) };
  return outlineOf({ ...own, target });
}

function failed(id: string, exempt: Exempt): FailedTarget {
  const failure = { kind: 'denied', call: 'iam:GetGroup', code: 'AccessDenied', message: 'no' } as const;
  return { target: outline(id, exempt).target, failure };
}

const check = (
  planned: readonly (PlanOutline | FailedTarget)[],
  { matched = [], filtered = false }: { matched?: readonly string[]; filtered?: boolean } = {},
) => checkExemptions(planned, { matched, filtered, now: NOW });

const NONE = { exceeded: [], withheld: [], warnings: [], matched: [] };
const TYPO: Exempt = { users: ['brake-glass'], userTag: false };

describe('an exemption that matches nothing', () => {
  it('stops everything, once for each', () => {
    const exempt: Exempt = { users: ['a', 'b'], groups: ['G'], userTag: false };
    const { exceeded, ...rest } = check([outline(FIRST, exempt), outline(SECOND, exempt)]);
    expect(exceeded.map(({ limit, allowed, found }) => [limit, allowed, found])).toEqual([
      ['exempt.users', 0, 1],
      ['exempt.users', 0, 1],
      ['exempt.groups', 0, 1],
    ]);
    expect(rest).toEqual({ withheld: [], warnings: [], matched: [] });
  });

  it.each<[string, (PlanOutline | FailedTarget)[], string]>([
    ['two accounts', [outline(FIRST, TYPO), outline(SECOND, TYPO)], 'in the 2 accounts that were read,'],
    [
      'two, and one without users',
      [outline(FIRST, TYPO), outline(SECOND, TYPO), outline(THIRD, TYPO, { users: 0 })],
      'in the 2 accounts that were read,',
    ],
    [
      'one, and two that could not be read',
      [outline(FIRST, TYPO), failed(SECOND, TYPO), failed(THIRD, TYPO)],
      'in the only account that was read (2 could not),',
    ],
    ['the only target', [outline(FIRST, TYPO)], 'in the only account that was read,'],
  ])('says where it was looked for: %s', (_, planned, where) => {
    const { exceeded } = check(planned);
    expect(exceeded.map(({ message }) => message)).toEqual([
      `exempt.users "brake-glass" matches no member ${where} and never did: it protects nobody. ` +
        'Correct it or, if it is meant for later, ' +
        'write { "name": "brake-glass", "mayMatchNothing": true }. Until then nothing is revoked.',
    ]);
  });

  it('withholds the only account that has it, if there are others', () => {
    const { withheld, ...rest } = check([outline(FIRST, TYPO), outline(SECOND, { userTag: false })]);
    expect(withheld).toMatchObject([{ accountId: FIRST }]);
    expect(withheld[0]?.reason).toContain('exempt.users "brake-glass" matches no member');
    expect(rest).toEqual({ exceeded: [], warnings: [], matched: [] });
  });

  it.each<[string, (PlanOutline | FailedTarget)[]]>([
    ['nobody could be read', [failed(FIRST, TYPO), failed(SECOND, TYPO)]],
    ['no account has users', [outline(FIRST, TYPO, { users: 0 }), outline(SECOND, TYPO, { users: 0 })]],
    ['it may', [outline(FIRST, { users: [{ name: 'x', mayMatchNothing: true }], userTag: false })]],
    ['it is the default tag', [outline(FIRST, {}), outline(SECOND, {})]],
    ['it has ended', [outline(FIRST, { users: [{ name: 'x', until: '2020-01-31' }], userTag: false })]],
  ])('is nothing when %s', (_, planned) => {
    const { warnings, ...rest } = check(planned);
    expect(rest).toEqual({ exceeded: [], withheld: [], matched: [] });
    expect(warnings.filter((warning) => !warning.includes('ended on'))).toEqual([]);
  });

  it('is a warning in accounts that are not armed, and for a tag', () => {
    const exempt: Exempt = { groups: ['G'], userTag: 'team=infra' };
    const { exceeded, withheld, warnings } = check([outline(FIRST, exempt, { armed: false })]);
    expect([exceeded, withheld]).toEqual([[], []]);
    expect(warnings).toEqual([
      expect.stringMatching(/^exempt\.groups "G" does not exist in the only account.*mayMatchNothing/),
      'exempt.userTag "team=infra" is on no user with due keys in the only account that was read, ' +
        'and never did: it protects nobody. Is it misspelled?',
    ]);
  });

  it.each<[string, Exempt, Setup, readonly string[], string]>([
    ['a user', TYPO, { names: ['ada', 'break-glass'] }, [], 'break-glass'],
    [
      'an earlier exemption',
      { groups: ['Servce'], userTag: false },
      {},
      ['exempt.groups Service'],
      'Service',
    ],
  ])('names what is like it: %s', (_, exempt, setup, matched, name) => {
    const planned = [outline(FIRST, exempt, setup), outline(SECOND, exempt)];
    const { exceeded } = check(planned, { matched });
    expect(exceeded[0]?.message).toContain(`Did you mean "${name}"? Correct it or`);
  });

  it('is named when it matched earlier, but not in a run of some accounts, nor for a tag', () => {
    const exempt: Exempt = { users: ['Ada'], userTag: 'team=infra' };
    const planned = [outline(FIRST, exempt), outline(SECOND, exempt)];
    const matched = ['exempt.users ADA', 'exempt.userTag team=infra'];
    expect(check(planned, { matched })).toEqual({
      ...{ ...NONE, matched },
      warnings: [
        'exempt.users "Ada" matches no member in the 2 accounts that were read. ' +
          'It matched at an earlier run: it protects nobody any more.',
      ],
    });
    expect(check(planned, { matched, filtered: true })).toEqual({ ...NONE, matched });
  });

  it('is only a warning in a run of some accounts', () => {
    expect(check([outline(FIRST, TYPO)], { filtered: true })).toEqual({
      ...NONE,
      warnings: [
        'exempt.users "brake-glass" matches no member in the only account that was read, and never did. ' +
          'This run covers part of the organization, so it cannot tell whether the name is misspelled.',
      ],
    });
  });
});

describe('an exemption that matches something anywhere', () => {
  it('is remembered with those of earlier runs, each once', () => {
    const exempt: Exempt = { users: ['ada'], userTag: false };
    const planned = [outline(FIRST, exempt, { matched: ['exempt.users ada'] }), outline(SECOND, exempt)];
    const matched = ['exempt.groups G', 'exempt.users ada'];
    expect(check(planned, { matched })).toEqual({ ...NONE, matched });
  });

  it.each<[string, NonNullable<Exempt['users']>[number], string]>([
    [
      'with owner and reason',
      { name: 'ada', owner: 'ops', reason: 'release', until: '2027-03-30' },
      'The exemption of exempt.users "ada", owner ops, reason "release", ends in 2 days, on 2027-03-30; ' +
        'after that day it protects nobody.',
    ],
    [
      'without',
      { name: 'ada', until: '2027-03-27' },
      'The exemption of exempt.users "ada", ended on 2027-03-27. Remove it, or agree on a new date.',
    ],
  ])('says that it ends, once: %s', (_, user, warning) => {
    const exempt: Exempt = { users: [user], userTag: false };
    const matched = ['exempt.users ada'];
    const planned = [outline(FIRST, exempt, { matched }), failed(SECOND, exempt)];
    expect(check(planned).warnings).toEqual([warning]);
  });
});
