import { describe, expect, it } from 'vitest';

import type { SandboxAccount } from '../../../sandbox/organization/account.ts';
import type { SandboxUser } from '../../../sandbox/organization/entities.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf, renameUser } from '../../support/sweeping.ts';

const FIRST = '100000000001';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('a user with a key that was created in the future', () => {
  it.each([
    ['a quarter of an hour ahead may be a difference of clocks', 15 * MINUTE, 'swept'],
    ['more means that a clock is wrong', 15 * MINUTE + 1000, 'failed'],
  ])('%s', async (_, ahead, outcome) => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    // The sandbox tells times to the second.
    const now = new Date(Math.floor(on.sandbox.clock.now().getTime() / 1000) * 1000);
    const created = now.getTime() + ahead;
    const ada = organization.user(FIRST, 'ada');
    const late = organization.account(FIRST).createKey(ada, 'Active', created);
    const { run } = await on.run({}, { now: () => now });
    const { finished, plan } = run.accounts.get(FIRST)!;
    expect(finished?.outcome).toBe(outcome);
    if (outcome === 'swept') return;
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'ada Active']);
    expect(plan?.unreadUsers).toEqual([
      {
        userName: 'ada',
        failure: {
          kind: 'failed',
          call: 'iam:ListAccessKeys',
          code: 'KeyFromTheFuture',
          message:
            `key ${late.accessKeyId} of ada was created in the future, ` +
            `on ${new Date(created).toISOString()}: check the clock of this machine`,
        },
      },
    ]);
  });
});

describe('a user who no longer exists under that name when the keys are listed', () => {
  /** ada and bob, of whom something happens to ada between the two calls. */
  async function sweptWhile(happens: (account: SandboxAccount, ada: SandboxUser) => void) {
    const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
    const account = organization.account(FIRST);
    const on = await onSandbox({ organization });
    on.sandbox.faults.add({
      service: 'iam',
      call: 'ListAccessKeys',
      kind: 'slow',
      milliseconds: 0,
      where: { UserName: 'ada' },
      onFired: () => {
        happens(account, account.user('ada'));
      },
    });
    const { summary, run } = await on.run();
    const groupsRead = on.sandbox.calls.of('iam', 'GetGroup').length;
    return { organization, summary, swept: run.accounts.get(FIRST)!, groupsRead };
  }

  it('may be renamed: nothing is decided about the keys, and the run says so', async () => {
    const { organization, summary, swept, groupsRead } = await sweptWhile((account, ada) => {
      renameUser(account, ada, 'ada.lovelace');
    });
    expect(summary).toMatchObject({ verdict: 'incomplete', accounts: { failed: 1 }, keys: { seen: 1 } });
    expect(swept.plan?.unreadUsers).toEqual([
      {
        userName: 'ada',
        failure: {
          kind: 'failed',
          call: 'iam:ListAccessKeys',
          code: 'Renamed',
          message: 'ada was renamed to ada.lovelace while the account was read. Run again.',
        },
      },
    ]);
    expect(keysOf(organization, FIRST)).toEqual(['ada.lovelace Active', 'bob Inactive']);
    // Twice while it plans, and once before it writes.
    expect(groupsRead).toBe(3);
  });

  it('may be deleted, and has no keys', async () => {
    const { organization, summary, groupsRead } = await sweptWhile((account, ada) => {
      account.leave(ada, ada.groups[0]!);
      ada.login = undefined;
      account.deleteKey(ada.keys[0]!);
      account.deleteUser(ada);
    });
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 1 }, keys: { seen: 1 } });
    expect(keysOf(organization, FIRST)).toEqual(['bob Inactive']);
    // Twice while it plans, and once before it writes.
    expect(groupsRead).toBe(3);
  });
});

describe('with maxUnusedDays', () => {
  const rules = { users: 'all', mode: 'deactivate', maxKeyAgeDays: 90, maxUnusedDays: 45 } as const;
  const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules } };
  const UNUSED = { createdDaysAgo: 60, lastUsedDaysAgo: 50 };

  it('revokes unused keys of any age, and decides again before it writes', async () => {
    const keys = [{ createdDaysAgo: 60 }, { createdDaysAgo: 60, lastUsedDaysAgo: 3 }, { createdDaysAgo: 10 }];
    const organization = organizationOf(1, () => [
      { ...ADA, keys },
      { ...ADA, userName: 'bob', keys: [UNUSED] },
    ]);
    const on = await onSandbox({ organization, config });
    const { summary } = await on.run({
      approve: (planned) => {
        expect(planned[0]?.due).toEqual({ deactivate: 2, delete: 0 });
        organization.keysOf(FIRST)[3]!.lastUsed = {
          at: on.sandbox.clock.now().getTime(),
          service: 's3',
          region: 'x',
        };
        return Promise.resolve(true);
      },
    });
    expect(summary).toMatchObject({ verdict: 'ok', keys: { seen: 4, deactivated: 1 } });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'ada Active', 'ada Inactive', 'bob Active']);
    const read = on.sandbox.calls.of('iam', 'GetAccessKeyLastUsed');
    expect(read).toHaveLength(6);
  });

  it('keeps all keys of a user whose last use cannot be read', async () => {
    const organization = organizationOf(1, () => [
      { ...ADA, keys: [{ createdDaysAgo: 100 }, UNUSED] },
      { ...ADA, userName: 'bob', keys: [{ createdDaysAgo: 100 }] },
    ]);
    const on = await onSandbox({ organization, config });
    on.sandbox.faults.add({ service: 'iam', call: 'GetAccessKeyLastUsed', kind: 'denied' });
    const { summary, run } = await on.run();
    expect(summary).toMatchObject({ verdict: 'incomplete', accounts: { denied: 1 } });
    expect(run.accounts.get(FIRST)?.plan?.unreadUsers).toMatchObject([{ userName: 'ada' }]);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'ada Active', 'bob Inactive']);
  });
});

it.each([
  ['used', 3, ['ada Active']],
  ['unused', 50, ['ada Inactive']],
])(
  'reads each last use once where one key waits for its deletion and another is %s',
  async (_, days, left) => {
    const rules = {
      users: 'all',
      mode: 'deactivate-then-delete',
      deleteAfterDays: 7,
      maxUnusedDays: 45,
    } as const;
    const config = {
      ...EVERY_KEY,
      defaults: { ...EVERY_KEY.defaults, rules: { ...rules, maxKeyAgeDays: 90 } },
    };
    const organization = organizationOf(1, () => [{ ...ADA, keys: [{ createdDaysAgo: 100 }] }]);
    const on = await onSandbox({ organization, config });
    await on.run();
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive']);
    on.sandbox.clock.advance(8 * DAY);
    const now = on.sandbox.clock.now().getTime();
    const second = organization
      .account(FIRST)
      .createKey(organization.user(FIRST, 'ada'), 'Active', now - 60 * DAY);
    second.lastUsed = { at: now - days * DAY, service: 's3', region: 'eu-central-1' };
    // Where the reads have no end, the account fails.
    on.sandbox.faults.add({ service: 'iam', call: 'GetAccessKeyLastUsed', kind: 'denied', occurrence: 9 });
    const { summary } = await on.run();
    expect(summary).toMatchObject({ verdict: 'ok', keys: { deleted: 1 } });
    expect(keysOf(organization, FIRST)).toEqual(left);
    // Both to plan, and both to decide again.
    expect(on.sandbox.calls.of('iam', 'GetAccessKeyLastUsed')).toHaveLength(4);
  },
);

it('reads the last use of each key of a user, and deletes only keys not used since', async () => {
  const organization = organizationOf(1, () => [{ ...ADA, keys: [{}, {}] }]);
  const rules = { users: 'all', mode: 'deactivate-then-delete', deleteAfterDays: 7 } as const;
  const on = await onSandbox({
    organization,
    config: { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules } },
  });
  await on.run();
  on.sandbox.clock.advance(6 * DAY);
  const [first] = organization.keysOf(FIRST);
  first!.lastUsed = { at: on.sandbox.clock.now().getTime(), service: 's3', region: 'eu-central-1' };
  on.sandbox.clock.advance(2 * DAY);
  const { summary } = await on.run();
  expect(summary).toMatchObject({ verdict: 'ok', keys: { deleted: 1, kept: 1 } });
  expect(organization.keysOf(FIRST).map(({ accessKeyId }) => accessKeyId)).toEqual([first!.accessKeyId]);
});
