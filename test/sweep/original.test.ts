import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { SandboxOrganization, type UserOptions } from '../../sandbox/organization/organization.ts';
import { addRotationRole, keysOf, onSandbox, outcomes } from '../support/sweeping.ts';

/*
 * What dvdtoth/rotate-iam-keys did in one account: delete every key of every member of the groups, on Friday
 * evening, whatever its age, status or use. And what it got wrong: it read only the first 100 members of a
 * group, failed completely when one group was missing, and split group names at commas.
 */
const EXAMPLE = new URL('../../docs/examples/original.json', import.meta.url);
const ORIGINAL = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as ConfigInput;
const [DEVELOPERS, ADMINISTRATORS] = ['Developers', 'Administrators'];
const MANAGEMENT = '999999999999';

type People = Omit<UserOptions, 'account'>[];

const MEMBERS: People = [
  { userName: 'young', groups: [DEVELOPERS], keys: [{ createdDaysAgo: 0 }] },
  { userName: 'old', groups: [DEVELOPERS], keys: [{ createdDaysAgo: 3000 }, { createdDaysAgo: 1 }] },
  { userName: 'inactive', groups: [ADMINISTRATORS], keys: [{ status: 'Inactive' }, { status: 'Expired' }] },
  { userName: 'used-just-now', groups: [ADMINISTRATORS], keys: [{ lastUsedDaysAgo: 0 }], console: true },
  { userName: 'in-both', groups: [DEVELOPERS, ADMINISTRATORS], keys: [{}, {}] },
  { userName: 'robot', groups: [DEVELOPERS], keys: [{}], tags: { keysweep: 'exempt' } },
  { userName: 'a+b=c,d.e@f-g_h', groups: [DEVELOPERS], keys: [{}] },
  { userName: 'with-a-path', path: '/team/a/', groups: [DEVELOPERS], keys: [{}] },
  { userName: 'without-keys', groups: [DEVELOPERS] },
];
const KEYS_OF_MEMBERS = MEMBERS.reduce((sum, { keys = [] }) => sum + keys.length, 0);

const OTHERS: People = [
  { userName: 'nobody', keys: [{}] },
  { userName: 'operator', groups: ['Operators'], keys: [{}, { status: 'Inactive' }] },
  { userName: 'nearly', groups: ['Developers2'], keys: [{}] },
];
const LEFT = ['nearly Active', 'nobody Active', 'operator Active', 'operator Inactive'];

/**
 * The management account alone, which is what a single account with an organization of its own is, or with
 * others.
 */
function organizationWith(members: number, people: People): SandboxOrganization {
  const organization = new SandboxOrganization();
  for (let index = 0; index < members; index += 1) organization.addAccount();
  for (const account of organization.accounts.list()) {
    addRotationRole(organization, account.id);
    for (const person of people) organization.addUser({ account, ...person });
  }
  return organization;
}

const withGroups = (...groups: string[]): ConfigInput => ({
  ...ORIGINAL,
  defaults: { ...ORIGINAL.defaults, groups },
});

describe("the original's job", () => {
  it('is the configuration of the example', () => {
    expect(ORIGINAL.schedule?.expression).toBe('cron(55 23 ? * FRI *)');
    expect(ORIGINAL.defaults).toMatchObject({
      armed: true,
      groups: [DEVELOPERS, ADMINISTRATORS],
      rules: { maxKeyAgeDays: 0, mode: 'delete', users: 'all' },
    });
  });

  it.each([0, 12])('deletes every key of the members and no other; more accounts: %i', async (accounts) => {
    const organization = organizationWith(accounts, [...MEMBERS, ...OTHERS]);
    const { run } = await onSandbox({ organization, config: ORIGINAL });
    const { summary, run: stored } = await run();
    expect(new Set(Object.values(outcomes(stored)))).toEqual(new Set(['swept']));
    expect(summary).toMatchObject({
      verdict: 'ok',
      accounts: { swept: accounts + 1 },
      keys: { due: (accounts + 1) * KEYS_OF_MEMBERS, deleted: (accounts + 1) * KEYS_OF_MEMBERS },
    });
    for (const { id } of organization.accounts.list()) expect(keysOf(organization, id)).toEqual(LEFT);
  });

  it('works for groups of more than 100 members', async () => {
    const many = Array.from({ length: 230 }, (_, index) => ({
      userName: `user-${index}`,
      groups: [DEVELOPERS],
      keys: [{}],
    }));
    const organization = organizationWith(0, [
      ...many,
      { userName: 'root', groups: [ADMINISTRATORS], keys: [{}] },
    ]);
    // AWS gives a hundred at a time unless asked for more, and may give fewer than asked for.
    const { run } = await onSandbox({
      organization,
      config: ORIGINAL,
      sandbox: { pages: { maximumSize: 100 } },
    });
    expect((await run()).summary).toMatchObject({ verdict: 'ok', keys: { deleted: 231 } });
    expect(organization.keysOf(MANAGEMENT)).toEqual([]);
  });

  it('works for the existing groups when one is missing, which the plan names', async () => {
    const organization = organizationWith(2, [...MEMBERS, ...OTHERS]);
    const { run } = await onSandbox({ organization, config: withGroups(DEVELOPERS, 'Adminstrators') });
    const planned = await run({ mode: 'plan' });
    expect(planned.summary.verdict).toBe('incomplete');
    expect(planned.summary.problems).toEqual([
      expect.stringMatching(/^Group Adminstrators exists in none of the 3 accounts/),
    ]);
    for (const { plan } of planned.run.accounts.values())
      expect(plan?.missingGroups).toEqual(['Adminstrators']);

    const { summary } = await run();
    expect(summary.verdict).toBe('incomplete');
    expect(keysOf(organization, MANAGEMENT)).toEqual([
      'inactive Expired',
      'inactive Inactive',
      ...LEFT,
      'used-just-now Active',
    ]);
  });

  it('works in the accounts that have a group when others do not', async () => {
    const organization = organizationWith(1, []);
    organization.addGroup(MANAGEMENT, ADMINISTRATORS);
    organization.addUser({ account: '100000000001', userName: 'dev', groups: [DEVELOPERS], keys: [{}] });
    const { run } = await onSandbox({ organization, config: ORIGINAL });
    const { summary, run: stored } = await run();
    expect(outcomes(stored)).toEqual({ [MANAGEMENT]: 'nothing-due', '100000000001': 'swept' });
    expect(summary.verdict).toBe('ok');
    expect(organization.keysOf('100000000001')).toEqual([]);
  });

  it('works for names with every character that IAM allows', async () => {
    const groups = ['Ops,EU', 'a+b=c,d.e@f-g_h'];
    const people: People = [
      { userName: 'x,y', groups: ['Ops,EU'], keys: [{}] },
      { userName: 'p+q=r,s.t@u-v_w', groups: ['a+b=c,d.e@f-g_h'], keys: [{}, {}] },
      { userName: 'ops', groups: ['Ops'], keys: [{}] },
      { userName: 'eu', groups: ['EU'], keys: [{}] },
    ];
    const organization = organizationWith(1, people);
    const { run } = await onSandbox({ organization, config: withGroups(...groups) });
    const { summary } = await run();
    expect(summary).toMatchObject({ verdict: 'ok', keys: { deleted: 6 } });
    for (const { id } of organization.accounts.list())
      expect(keysOf(organization, id)).toEqual(['eu Active', 'ops Active']);
  });
});
