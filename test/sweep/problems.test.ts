import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { EMPTY_MEMORY } from '../../src/ledger/memory.ts';
import {
  packPlan,
  type FailedTarget,
  type Planned,
  type PlannedAccount,
} from '../../src/sweep/plan/planned.ts';
import { machineWarning, problemsOf, type Surveyed } from '../../src/sweep/problems.ts';
import { settingsFor } from '../../src/targets/settings.ts';
import { configWith } from '../support/build-config.ts';
import { account } from '../support/records.ts';
import { plan } from './plan/plans.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
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

describe('the problems of a run', () => {
  it.each<[string, Planned[], string[]]>([
    [
      'none when every group exists somewhere',
      [planned(FIRST, ['Developers']), planned(SECOND, ['Administrators'])],
      [],
    ],
    [
      'a group that exists nowhere',
      [planned(FIRST, ['Administrators']), planned(SECOND, ['Administrators'])],
      ['Administrators'],
    ],
    ['both groups', [planned(FIRST, ['Developers', 'Administrators'])], ['Developers', 'Administrators']],
  ])('are %s', (_, targets, groups) => {
    expect(problemsOf(survey(), targets, false)).toEqual(
      groups.map(
        (group) =>
          `Group ${group} exists in none of the ${targets.length} accounts that it is configured for. ` +
          'Is it misspelled?',
      ),
    );
  });

  it('are a group that is swept and exempt in the same account, also in a filtered run', () => {
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
    expect(problemsOf(survey(), [own(FIRST), planned(SECOND, [])], true)).toEqual(messages(FIRST));
    expect(problemsOf(survey(), ids.map(own), false)).toEqual(
      messages(`${ids.slice(0, 5).join(', ')} and 2 more`),
    );
    const five = ids.slice(0, 5);
    expect(problemsOf(survey(), five.map(own), false)).toEqual(messages(five.join(', ')));
  });

  it('are a group that no readable account has', () => {
    const targets = [planned(FIRST, ['Administrators']), planned(SECOND, 'failed')];
    expect(problemsOf(survey(), targets, false)).toEqual([
      'Group Administrators exists in none of the 1 accounts that could be read (1 could not). ' +
        'Is it misspelled?',
    ]);
  });

  it('are a group that is missing in the only account with it configured', () => {
    const { target } = planned(SECOND, 'failed');
    const settings = { ...target.settings, groups: ['Developers'] };
    const other = { ...(planned(SECOND, []) as PlannedAccount), target: { ...target, settings } };
    expect(problemsOf(survey(), [planned(FIRST, ['Administrators']), other], false)).toEqual([
      'Group Administrators exists in none of the 1 accounts that it is configured for. Is it misspelled?',
    ]);
  });

  it('are no groups when no account could be read', () => {
    expect(problemsOf(survey(), [planned(FIRST, 'failed')], false)).toEqual([]);
  });

  it('are no groups in a filtered run: other accounts may have them', () => {
    expect(problemsOf(survey(), [planned(FIRST, ['Administrators'])], true)).toEqual([]);
  });

  it('are that there is no target, also in a filtered run', () => {
    for (const filtered of [true, false])
      expect(problemsOf(survey({ targets: 0 }), [], filtered)).toEqual([
        'None of 2 accounts is a target: all are opted out, out of scope or not active. ' +
          'keysweep accounts shows why.',
      ]);
  });

  it('are none when there is a target', () => {
    expect(problemsOf(survey({ targets: 1 }), [], false)).toEqual([]);
  });

  it('are none when an account is undecided, which has its own outcome', () => {
    expect(problemsOf(survey({ targets: 0, undecided: 1 }), [], false)).toEqual([]);
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
