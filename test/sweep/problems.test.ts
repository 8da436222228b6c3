import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { EMPTY_MEMORY } from '../../src/ledger/memory.ts';
import type { LastGroups } from '../../src/ledger/runs.ts';
import {
  packPlan,
  type FailedTarget,
  type Planned,
  type PlannedAccount,
} from '../../src/sweep/plan/planned.ts';
import { judgeGroups } from '../../src/sweep/plan/compare-groups.ts';
import { findingsOf, groupsAlsoExempt, machineWarning, type Surveyed } from '../../src/sweep/problems.ts';
import { settingsFor } from '../../src/targets/settings.ts';
import { configWith } from '../support/build-config.ts';
import { account } from '../support/records.ts';
import { plan } from './plan/plans.ts';

const [FIRST, SECOND, THIRD] = ['100000000001', '100000000002', '100000000003'] as const;
const FAILURE = { kind: 'denied', call: 'iam:GetGroup', code: 'AccessDenied', message: 'no' } as const;
const GROUPS: ConfigInput['defaults'] = {
  groups: ['Developers', 'Administrators'],
  exempt: { groups: ['ServiceUsers'] },
};

const targetOf = (id: string, defaults: ConfigInput['defaults']) => ({
  account: account(id),
  settings: settingsFor(account(id), [], configWith({ defaults })),
});

/** An account that was read and lacks these groups, or one that failed. */
function planned(id: string, missingGroups: string[] | 'failed', users = 1): Planned {
  const target = targetOf(id, GROUPS);
  if (missingGroups === 'failed') return { target, failure: FAILURE };
  return packPlan({
    target,
    users,
    missingGroups,
    decisions: [],
    unreadUsers: [],
    machineUsers: [],
    memory: EMPTY_MEMORY,
  });
}

const survey = (overrides: Partial<Surveyed> = {}): Surveyed => ({
  accounts: 2,
  targets: 1,
  undecided: 0,
  ...overrides,
});

const DEFAULTS = ['Developers', 'Administrators'];

describe('the groups of a run', () => {
  const judged = (targets: readonly Planned[], last?: LastGroups) => {
    const { problems, warnings } = judgeGroups(targets, DEFAULTS, last);
    return { problems, warnings };
  };
  const NONE = { problems: [], warnings: [] };
  const misspelled = (...which: string[]) => ({
    problems: which.map((text) => `Group ${text}. Is it misspelled?`),
    warnings: [],
  });
  const inBoth = 'exists in none of the 2 accounts that it is configured for';
  const inOnly = 'does not exist in the only account that it is configured for';

  it.each<[string, Planned[], ReturnType<typeof judged>]>([
    [
      'are fine when every group exists somewhere',
      [planned(FIRST, ['Developers']), planned(SECOND, ['Administrators'])],
      NONE,
    ],
    [
      'may be misspelled when one exists nowhere',
      [planned(FIRST, ['Administrators']), planned(SECOND, ['Administrators'])],
      misspelled(`Administrators ${inBoth}`),
    ],
    [
      'may both be misspelled',
      [planned(FIRST, ['Developers', 'Administrators'])],
      misspelled(`Developers ${inOnly}`, `Administrators ${inOnly}`),
    ],
    [
      'may be misspelled when no readable account has one',
      [planned(FIRST, ['Administrators']), planned(SECOND, 'failed')],
      misspelled('Administrators does not exist in the only account that could be read (1 could not)'),
    ],
    ['say nothing when no account could be read', [planned(FIRST, 'failed')], NONE],
    ['may be exempt and missing: that is judged with the limits', [planned(FIRST, ['ServiceUsers'])], NONE],
  ])('%s', (_, targets, expected) => {
    expect(judged(targets)).toEqual(expected);
  });

  it.each([
    [1, 'warnings'],
    [2, 'warnings'],
    [3, 'problems'],
  ] as const)('of an override for %i accounts that lack one are %s', (accounts, where) => {
    const targets = Array.from({ length: accounts }, (_, index): Planned => {
      const plan = planned(`10000000000${index}`, ['Engineers']) as PlannedAccount;
      return {
        ...plan,
        target: { ...plan.target, settings: { ...plan.target.settings, groups: ['Engineers'] } },
      };
    });
    const found = judged(targets);
    expect(found[where]).toEqual([expect.stringContaining('Group Engineers')]);
    expect(found[where === 'problems' ? 'warnings' : 'problems']).toEqual([]);
  });

  const last = (group: string, ...accounts: string[]): LastGroups => ({
    runId: '20261120T225500Z-1a2b3c',
    groups: [{ group, accounts }],
  });
  const asked = 'Was it deleted or renamed?';

  it('name one that is gone from some accounts, and at most five of these', () => {
    const ids = Array.from({ length: 7 }, (_, index) => `20000000000${index}`);
    const targets = [planned(FIRST, []), ...ids.map((id) => planned(id, ['Developers']))];
    const gone = (accounts: string) =>
      'Group Developers existed at sweep 20261120T225500Z-1a2b3c ' +
      `and is gone in account ${accounts}. ${asked}`;
    expect(judged(targets, last('Developers', FIRST, ...ids)).warnings).toEqual([
      gone(`${ids.slice(0, 5).join(', ')} and 2 more`),
    ]);
    const five = ids.slice(0, 5);
    expect(judged(targets, last('Developers', ...five)).warnings).toEqual([gone(five.join(', '))]);
    expect(judged(targets, last('Developers', FIRST))).toEqual(NONE);
    expect(judged(targets, last('Administrators', ...ids))).toEqual(NONE);
  });

  it('are a problem when one is gone from all accounts that could be read', () => {
    const targets = [planned(FIRST, ['Developers']), planned(SECOND, 'failed')];
    expect(judged(targets, last('Developers', FIRST, SECOND)).problems).toEqual([
      'Group Developers existed in 1 account at sweep 20261120T225500Z-1a2b3c and exists in none now, ' +
        `so no key is revoked because of it any more. ${asked}`,
    ]);
    const both = [planned(FIRST, ['ServiceUsers']), planned(SECOND, ['ServiceUsers'])];
    expect(judged(both, last('ServiceUsers', FIRST, SECOND)).problems).toEqual([
      'Exempt group ServiceUsers existed in 2 accounts at sweep 20261120T225500Z-1a2b3c and exists in ' +
        `none now, so it exempts nobody any more. ${asked}`,
    ]);
  });

  it('are recorded with the accounts that have them, or had them and could not be read', () => {
    const targets = [planned(FIRST, []), planned(SECOND, 'failed'), planned(THIRD, [], 0)];
    const seen = (before?: LastGroups) =>
      Object.fromEntries(judgeGroups(targets, DEFAULTS, before).seen.map((one) => [one.group, one.accounts]));
    const read = { Developers: [FIRST, THIRD], Administrators: [FIRST, THIRD] };
    // Exempt groups are not read in accounts without users.
    expect(seen()).toEqual({ ...read, ServiceUsers: [FIRST] });
    expect(seen(last('ServiceUsers', THIRD, '300000000000'))).toEqual({
      ...read,
      ServiceUsers: [FIRST, THIRD],
    });
    expect(seen(last('Developers', SECOND)).Developers).toEqual([FIRST, THIRD, SECOND]);
  });
});

describe('a group that is swept and exempt in the same account', () => {
  it('is a problem, which names at most five accounts', () => {
    const own = (id: string): Planned => {
      const { target, failure } = planned(id, 'failed') as FailedTarget;
      const settings = { ...target.settings, exempt: { ...target.settings.exempt, groups: ['developers'] } };
      return { target: { ...target, settings }, failure };
    };
    const ids = Array.from({ length: 7 }, (_, index) => `10000000000${index}`);
    const messages = (accounts: string) => [
      `Group Developers is in both groups and exempt.groups of account ${accounts}, ` +
        'so keys of its members are never revoked there. ' +
        'Remove it from one of the two lists (see overrides).',
    ];
    expect(groupsAlsoExempt([own(FIRST), planned(SECOND, [])])).toEqual(messages(FIRST));
    expect(groupsAlsoExempt(ids.map(own))).toEqual(messages(`${ids.slice(0, 5).join(', ')} and 2 more`));
    const five = ids.slice(0, 5);
    expect(groupsAlsoExempt(five.map(own))).toEqual(messages(five.join(', ')));
  });
});

describe('a run without a target', () => {
  const NO_GROUPS = { problems: [], warnings: [] };
  it.each<[Partial<Surveyed>, number]>([
    [{ targets: 0 }, 1],
    [{ targets: 1 }, 0],
    // It has its own outcome.
    [{ targets: 0, undecided: 1 }, 0],
  ])('of %j has %i warnings, and no problem', (size, warnings) => {
    const found = findingsOf('sweep', survey(size), [], undefined, NO_GROUPS);
    expect(found.problems).toEqual([]);
    expect(found.warnings).toHaveLength(warnings);
  });
});

describe('the warning about users without a console password', () => {
  const withoutConsole = (id: string, users: number, armed = true): Planned =>
    packPlan(
      plan(id, {
        armed,
        machineUsers: Array.from({ length: users }, (_, index) => ({
          userName: `svc-${index}`,
          sign: 'no-console-access',
        })),
      }),
    );

  it('counts them, and those in armed accounts', () => {
    const targets = [withoutConsole(FIRST, 2), withoutConsole(SECOND, 3, false), planned(FIRST, 'failed')];
    expect(machineWarning(targets)).toEqual([
      'Users without a console password whose keys are due: 5, of them in armed accounts: 2. ' +
        'They cannot sign in to make a new key, so what runs with these keys will stop. ' +
        'To keep their keys, set "rules": { "users": "with-console-access" } or exempt them.',
    ]);
  });

  it('is left out when there are none', () => {
    expect(machineWarning([withoutConsole(FIRST, 0), planned(SECOND, 'failed')])).toEqual([]);
  });
});
