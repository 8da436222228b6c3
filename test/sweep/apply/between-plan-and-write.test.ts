import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../../src/config/schema.ts';
import { readMemory } from '../../../src/ledger/memory.ts';
import type { StoredRun } from '../../../src/ledger/stored-run.ts';
import type { SandboxAccount } from '../../../sandbox/organization/account.ts';
import type { SandboxOrganization, UserOptions } from '../../../sandbox/organization/organization.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf, renameUser } from '../../support/sweeping.ts';

const FIRST = '100000000001';
type User = Omit<UserOptions, 'account'>;
const BOB: User = { ...ADA, userName: 'bob' };

const config = (defaults: Partial<ConfigInput['defaults']> = {}): ConfigInput => ({
  ...EVERY_KEY,
  optOutTag: 'keysweep=opt-out',
  defaults: {
    ...EVERY_KEY.defaults,
    rules: { users: 'with-console-access' },
    exempt: { userTag: 'keysweep=exempt', groups: [{ name: 'Robots', mayMatchNothing: true }] },
    ...defaults,
  },
});

interface Scene {
  readonly organization: SandboxOrganization;
  readonly account: SandboxAccount;
}

/** Sweeps an account of ada and bob; somebody acts after the plan was approved. */
async function sweep(act: (scene: Scene) => void, input = config(), users: User[] = [ADA, BOB]) {
  const organization = organizationOf(1, () => users);
  organization.addGroup(FIRST, 'Robots');
  const on = await onSandbox({ organization, config: input });
  const approve = (): Promise<boolean> => {
    act({ organization, account: organization.account(FIRST) });
    return Promise.resolve(true);
  };
  const { run, summary } = await on.run({ approve });
  return { run, summary, left: keysOf(organization, FIRST), organization };
}

/** Why ada's key was kept, as the ledger says it after all. */
const reasonOfAda = (run: StoredRun): string | undefined =>
  run.accounts.get(FIRST)?.plan?.decisions.find(({ userName }) => userName === 'ada')?.reason;

describe('the key of a user who, after the plan, ', () => {
  it.each<[string, (scene: Scene) => void, string]>([
    [
      'leaves the group',
      ({ account }) => account.leave(account.user('ada'), account.groups.get('Developers')!),
      'changed-since-plan',
    ],
    [
      'joins an exempt group',
      ({ account }) => account.join(account.user('ada'), account.groups.get('Robots')!),
      'exempt.groups',
    ],
    [
      'is tagged exempt',
      ({ account }) => (account.user('ada').tags = new Map([['keysweep', 'exempt']])),
      'exempt.userTag',
    ],
    [
      'loses the console password',
      ({ account }) => (account.user('ada').login = undefined),
      'no-console-access',
    ],
    [
      'deactivates it',
      ({ organization }) => (organization.keysOf(FIRST)[0]!.status = 'Inactive'),
      'deleteAfterDays not reached',
    ],
  ])('%s is kept, and the run is ok', async (_, act, reason) => {
    const { run, summary, left } = await sweep(act);
    expect(summary).toMatchObject({ verdict: 'ok', keys: { due: 1, deactivated: 1 } });
    expect(reasonOfAda(run)).toBe(reason);
    expect(left[1]).toBe('bob Inactive');
  });

  it('is deleted and made anew under the same name, is that of somebody else', async () => {
    const { run, summary, organization } = await sweep(({ account }) => {
      const ada = account.user('ada');
      for (const group of [...ada.groups]) account.leave(ada, group);
      for (const key of [...ada.keys]) account.deleteKey(key);
      account.users.remove(ada);
      account.createKey(account.createUser('ada', '/', 0), 'Active', 0);
    });
    expect(summary).toMatchObject({ verdict: 'ok', keys: { due: 2, deactivated: 1, alreadyGone: 1 } });
    expect(run.accounts.get(FIRST)?.finished?.outcome).toBe('swept');
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Inactive']);
  });
});

describe('a key that waits for its deletion', () => {
  it('does not wait since an earlier day when somebody activates it after the plan', async () => {
    const rules = { users: 'all', mode: 'deactivate-then-delete', deleteAfterDays: 30 } as const;
    const organization = organizationOf(1, () => [{ ...ADA, keys: [{ status: 'Inactive' }] }]);
    organization.addGroup(FIRST, 'Robots');
    const on = await onSandbox({ organization, config: config({ rules }) });
    await on.run();
    const since = async () =>
      [...(await readMemory(on.store, FIRST)).keys.values()].map((key) => key.inactiveSince);
    expect(await since()).toEqual([expect.any(Date)]);
    const [waiting] = organization.keysOf(FIRST);
    const due = organization.addKey(FIRST, organization.user(FIRST, 'ada'));
    const { run, summary } = await on.run({
      approve: () => {
        waiting!.status = 'Active';
        return Promise.resolve(true);
      },
    });
    expect(summary).toMatchObject({ verdict: 'ok', keys: { due: 1, deactivated: 1 } });
    expect(run.accounts.get(FIRST)?.plan?.decisions).toContainEqual(
      expect.objectContaining({ accessKeyId: waiting!.accessKeyId, reason: 'changed-since-plan' }),
    );
    const { keys } = await readMemory(on.store, FIRST);
    expect(keys.get(waiting!.accessKeyId)).toBeUndefined();
    expect([...keys.keys()]).toEqual([due.accessKeyId]);
  });
});

describe('a key that is due for deletion', () => {
  it('is kept when somebody activates it after the plan', async () => {
    const keys = [{ status: 'Inactive' as const }];
    const then = config({ rules: { users: 'all', mode: 'deactivate-then-delete', deleteAfterDays: 1 } });
    const organization = organizationOf(1, () => [{ ...ADA, keys }]);
    organization.addGroup(FIRST, 'Robots');
    const on = await onSandbox({ organization, config: then });
    await on.run();
    organization.clock.advance(2 * 24 * 60 * 60 * 1000);
    const { run, summary } = await on.run({
      approve: (planned) => {
        expect(planned[0]?.due.delete).toBe(1);
        organization.keysOf(FIRST)[0]!.status = 'Active';
        return Promise.resolve(true);
      },
    });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
    expect(summary).toMatchObject({ verdict: 'ok', keys: { deleted: 0, kept: 1 } });
    expect(reasonOfAda(run)).toBe('changed-since-plan');
  });
});

describe('an account that, after the plan, ', () => {
  it('opts out by its tag is not written to', async () => {
    const { summary, left } = await sweep(({ organization }) =>
      organization.tagAccount(FIRST, { keysweep: 'opt-out' }),
    );
    expect(summary.accounts).toMatchObject({ 'opted-out': 1 });
    expect(left).toEqual(['ada Active', 'bob Active']);
  });

  it('cannot be read any more has a record for each due key', async () => {
    const { run, summary, left } = await sweep(({ account }) => {
      account.roles.remove(account.roles.get('KeysweepRotation')!);
    });
    expect([...run.accounts.get(FIRST)!.writes.values()].map(({ outcome }) => outcome)).toEqual([
      'not-attempted',
      'not-attempted',
    ]);
    expect(summary).toMatchObject({ verdict: 'incomplete', keys: { due: 2, failed: 2 } });
    expect(left).toEqual(['ada Active', 'bob Active']);
  });
});

it('the key of a user who is renamed after the plan is revoked under the new name', async () => {
  const { run, summary, left } = await sweep(({ account }) =>
    renameUser(account, account.user('ada'), 'lovelace'),
  );
  expect(summary).toMatchObject({ verdict: 'ok', keys: { deactivated: 2 } });
  expect(left).toEqual(['bob Inactive', 'lovelace Inactive']);
  const { plan, writes } = run.accounts.get(FIRST)!;
  for (const names of [plan!.decisions, [...writes.values()]])
    expect(names.map(({ userName }) => userName).sort()).toEqual(['bob', 'lovelace']);
});

it('a user who gave the name to an outsider after the plan loses the key, not the outsider', async () => {
  const outsider: User = { ...ADA, userName: 'eve', groups: [] };
  const { summary, left } = await sweep(
    ({ account }) => {
      renameUser(account, account.user('ada'), 'lovelace');
      renameUser(account, account.user('eve'), 'ada');
    },
    config(),
    [ADA, BOB, outsider],
  );
  expect(summary).toMatchObject({ verdict: 'ok', keys: { deactivated: 2 } });
  expect(left).toEqual(['ada Active', 'bob Inactive', 'lovelace Inactive']);
});

it.each(['ListUserTags', 'GetLoginProfile'])(
  'a user who is renamed just before %s is not kept in silence',
  async (call) => {
    const organization = organizationOf(1, () => [ADA, BOB]);
    organization.addGroup(FIRST, 'Robots');
    const on = await onSandbox({ organization, config: config() });
    const account = organization.account(FIRST);
    const onFired = (): void => {
      const ada = account.user('ada');
      renameUser(account, ada, 'lovelace');
      const other = account.createUser('ada', '/', 0);
      other.tags = new Map([['keysweep', 'exempt']]);
    };
    const where = { UserName: 'ada' };
    on.sandbox.faults.add({ service: 'iam', call, where, kind: 'slow', milliseconds: 0, onFired });
    const { run, summary } = await on.run();
    expect(summary.verdict).toBe('incomplete');
    expect(run.accounts.get(FIRST)?.finished?.reason).toContain('ada was renamed to lovelace');
  },
);
