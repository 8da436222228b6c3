import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import type { SandboxOrganization, UserOptions } from '../../sandbox/organization/organization.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf } from '../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const DAY = 24 * 60 * 60 * 1000;

type Defaults = ConfigInput['defaults'];
const withDefaults = (defaults: Partial<Defaults>): ConfigInput => ({
  ...EVERY_KEY,
  defaults: { ...EVERY_KEY.defaults, ...defaults },
});

/** Once a run, whatever it finds. */
const OF_THE_RUN = {
  'organizations:DescribeOrganization': 1,
  'organizations:ListAccounts': 1,
  'sts:GetCallerIdentity': 1,
};

type Users = Omit<UserOptions, 'account'>[];
/** Four members of two groups in one account, and somebody in none; five keys are Active, one is not. */
const PEOPLE: Users = [
  { ...ADA, groups: ['Developers', 'Administrators'], keys: [{}, { status: 'Inactive' }] },
  { userName: 'bob', groups: ['Developers'], keys: [{}], console: true, tags: { keysweep: 'exempt' } },
  { userName: 'robot', groups: ['Developers'], keys: [{}, {}] },
  { userName: 'break-glass-1', groups: ['Administrators'], keys: [{}], console: true },
  { userName: 'eve', groups: ['Others'], keys: [{}], console: true },
];
const GROUPS = ['Developers', 'Administrators'];

/** What one run asked, for the whole of it. */
async function countsOf(
  users: Users,
  config: ConfigInput,
  mode: 'plan' | 'sweep',
  accounts = 1,
): Promise<{ counts: Readonly<Record<string, number>>; organization: SandboxOrganization }> {
  const organization = organizationOf(accounts, () => users);
  const { run, sandbox } = await onSandbox({ organization, config });
  await run({ mode });
  return { counts: sandbox.calls.counts(), organization };
}

describe('the calls of a run', () => {
  it('have all ended when it ends, also when one of them failed', async () => {
    const organization = organizationOf(1, () => PEOPLE);
    const getGroup = (groupName: string) =>
      ({ service: 'iam', call: 'GetGroup', where: { GroupName: groupName } }) as const;
    const { run, sandbox } = await onSandbox({
      organization,
      config: withDefaults({ groups: GROUPS }),
      sandbox: {
        faults: [
          { ...getGroup('Developers'), kind: 'denied' },
          { ...getGroup('Administrators'), kind: 'slow', milliseconds: 200 },
        ],
      },
    });
    const { summary } = await run();
    expect(summary.accounts).toMatchObject({ denied: 1 });
    expect(sandbox.calls.of('iam', 'GetGroup')).toHaveLength(2);
    expect(summary.calls).toBe(sandbox.calls.all.length);
  });

  it('are, for a plan, one session per account, its groups and users, and their console access', async () => {
    const { counts } = await countsOf(PEOPLE, withDefaults({ groups: GROUPS }), 'plan', 3);
    expect(counts).toEqual({
      ...OF_THE_RUN,
      'sts:AssumeRole': 3 * 1,
      'iam:GetGroup': 3 * 2,
      'iam:ListAccessKeys': 3 * 4,
      'iam:GetLoginProfile': 3 * 4,
    });
  });

  it('are, for a sweep, two more sessions, and groups and users with due keys once more', async () => {
    const { counts, organization } = await countsOf(PEOPLE, withDefaults({ groups: GROUPS }), 'sweep', 2);
    expect(counts).toEqual({
      ...OF_THE_RUN,
      'sts:AssumeRole': 2 * 3,
      'organizations:DescribeAccount': 2,
      'iam:GetGroup': 2 * 2 * 2,
      'iam:ListAccessKeys': 2 * (4 + 4),
      'iam:UpdateAccessKey': 2 * 5,
    });
    expect(keysOf(organization, SECOND).filter((key) => key.endsWith(' Active'))).toEqual(['eve Active']);
  });

  it('ask for 30 accounts one by one, and find the others in the list, which is read again', async () => {
    const { counts, organization } = await countsOf([ADA], EVERY_KEY, 'sweep', 100);
    expect(counts).toMatchObject({
      'organizations:DescribeAccount': 30,
      // 101 accounts, of which the last, which is the management account, need not be found again.
      'organizations:ListAccounts': 6 + 5,
      'iam:UpdateAccessKey': 100,
    });
    expect(keysOf(organization, '100000000100')).toEqual(['ada Inactive']);
  });

  it('have no second session when nothing is due, and no exempt groups without users', async () => {
    const config = withDefaults({ groups: GROUPS, exempt: { groups: ['ServiceUsers'], userTag: false } });
    const { counts } = await countsOf([{ userName: 'eve', keys: [{}] }], config, 'sweep');
    expect(counts).toEqual({ ...OF_THE_RUN, 'sts:AssumeRole': 1, 'iam:GetGroup': 2 });
  });

  it('read tags only of users with a key that would be due without them', async () => {
    const config = withDefaults({
      groups: GROUPS,
      rules: { mode: 'deactivate', users: 'all' },
      exempt: { userTag: 'keysweep=exempt', users: ['break-glass-*'] },
    });
    const users = [...PEOPLE, { userName: 'idle', groups: ['Developers'], keys: [{ status: 'Inactive' }] }];
    const { counts, organization } = await countsOf(users, config, 'plan');
    expect(counts).toEqual({
      ...OF_THE_RUN,
      'sts:AssumeRole': 1,
      // Once more after the tags, because somebody is kept by what was said of a name.
      'iam:GetGroup': 2 * 2,
      'iam:ListAccessKeys': 5,
      // Neither of break-glass-1, who is exempt by name, nor of idle, whose key is Inactive.
      'iam:ListUserTags': 3,
      // Of ada and the robot, whose keys are due.
      'iam:GetLoginProfile': 2,
    });
    expect(keysOf(organization, FIRST)).toContain('bob Active');
  });

  it('read console access only of users who are not exempt and have a due key', async () => {
    const config = withDefaults({
      rules: { mode: 'deactivate', users: 'with-console-access' },
      exempt: { userTag: 'keysweep=exempt', groups: ['Administrators'] },
    });
    const { counts, organization } = await countsOf(PEOPLE, config, 'plan');
    expect(organization.keysOf(FIRST)).toHaveLength(7);
    expect(counts).toEqual({
      ...OF_THE_RUN,
      'sts:AssumeRole': 1,
      // The swept one once more, because bob is kept by what was said of a name.
      'iam:GetGroup': 2 + 1,
      'iam:ListAccessKeys': 3,
      // Not of ada, who is exempt by group; then not of bob, who is exempt by tag.
      'iam:ListUserTags': 2,
      'iam:GetLoginProfile': 1,
    });
  });

  it('read the last use only of keys that are to be deleted after deactivation', async () => {
    const organization = organizationOf(1, () => PEOPLE);
    const config = withDefaults({ rules: { mode: 'deactivate-then-delete', users: 'all' } });
    const { run, sandbox } = await onSandbox({ organization, config });
    await run();
    expect(sandbox.calls.of('iam', 'GetAccessKeyLastUsed')).toEqual([]);
    sandbox.calls.reset();
    sandbox.clock.advance(7 * DAY);
    organization.addKey(FIRST, organization.user(FIRST, 'bob'));
    await run();
    // In the plan, and again before the deletion.
    expect(sandbox.calls.of('iam', 'GetAccessKeyLastUsed')).toHaveLength(5 * 2);
    expect(sandbox.calls.of('iam', 'DeleteAccessKey')).toHaveLength(5);
    expect(keysOf(organization, FIRST)).toEqual(['bob Inactive', 'break-glass-1 Active', 'eve Active']);
  });
});

describe('exempt users', () => {
  it('keep their keys, by name, group and tag, with the reason in the ledger', async () => {
    const users: Users = [
      ADA,
      { ...ADA, userName: 'Break-Glass-7' },
      { ...ADA, userName: 'svc', groups: ['Developers', 'ServiceUsers'] },
      { ...ADA, userName: 'tagged', tags: { KeySweep: 'exempt' } },
      { ...ADA, userName: 'tagged-otherwise', tags: { keysweep: 'Exempt' } },
      { ...ADA, userName: 'robot', console: false },
    ];
    const organization = organizationOf(1, () => users);
    const config = withDefaults({
      rules: { mode: 'deactivate', users: 'with-console-access' },
      exempt: {
        users: ['break-glass-*'],
        groups: ['ServiceUsers', { name: 'NoSuchGroup', mayMatchNothing: true }],
        userTag: 'keysweep=exempt',
      },
    });
    const { run } = await onSandbox({ organization, config });
    const { run: stored, summary } = await run();
    const plan = stored.accounts.get(FIRST)?.plan;
    expect(plan?.decisions.map(({ userName, reason }) => `${userName} ${reason}`).sort()).toEqual([
      'Break-Glass-7 exempt.users',
      'ada maxKeyAgeDays is 0',
      'robot no-console-access',
      'svc exempt.groups',
      'tagged exempt.userTag',
      'tagged-otherwise maxKeyAgeDays is 0',
    ]);
    expect(plan?.missingGroups).toEqual(['NoSuchGroup']);
    expect(keysOf(organization, FIRST).filter((key) => key.endsWith('Inactive'))).toEqual([
      'ada Inactive',
      'tagged-otherwise Inactive',
    ]);
    expect(summary).toMatchObject({ verdict: 'ok', warnings: [] });
  });

  it.each([
    ['their groups', 'GetGroup', { GroupName: 'ServiceUsers' }, ['ada Active', 'bob Active']],
    ['their tags', 'ListUserTags', { UserName: 'ada' }, ['ada Active', 'bob Inactive']],
    ['their passwords', 'GetLoginProfile', { UserName: 'ada' }, ['ada Active', 'bob Inactive']],
  ])(
    'are never guessed: without %s, no user that it decides about is written to',
    async (_, call, where, left) => {
      const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
      organization.addGroup(FIRST, 'ServiceUsers');
      const config = withDefaults({
        rules: { mode: 'deactivate', users: 'with-console-access' },
        exempt: { groups: ['ServiceUsers'], userTag: 'keysweep=exempt' },
      });
      const { run, sandbox } = await onSandbox({ organization, config });
      sandbox.faults.add({ service: 'iam', call, where, occurrence: 'every', kind: 'denied' });
      const { summary } = await run();
      expect(keysOf(organization, FIRST)).toEqual(left);
      expect(summary).toMatchObject({ verdict: 'incomplete', accounts: { denied: 1 } });
    },
  );
});
