import { describe, expect, it } from 'vitest';

import type { UserOptions } from '../../../sandbox/organization/organization.ts';
import type { SandboxAccount } from '../../../sandbox/organization/account.ts';
import type { ConfigInput } from '../../../src/config/schema.ts';
import { lastInventory, readRun } from '../../../src/ledger/runs.ts';
import { runInventory, type InventoryRequest } from '../../../src/sweep/inventory/run-inventory.ts';
import { deadlineOn } from '../../../src/sweep/deadline.ts';
import { allowInventory } from '../../support/inventory-run.ts';
import { keyOf, revoke } from '../leak/leaking.ts';
import {
  ADA,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  outcomes,
  removeRotationRole,
  renameUser,
  type SweptSandbox,
} from '../../support/sweeping.ts';

const [FIRST, SECOND, THIRD] = ['100000000001', '100000000002', '100000000003'];
const DAY = 86_400_000;
const CONFIG: ConfigInput = {
  ...EVERY_KEY,
  inventory: { credentials: 'all' },
  defaults: {
    ...EVERY_KEY.defaults,
    // A sweep with these would touch none of the keys.
    rules: { users: 'with-console-access', maxKeyAgeDays: 3000 },
    exempt: {
      userTag: 'keysweep=exempt',
      groups: ['Robots'],
      users: [{ name: 'break-*', until: '2099-12-31' }],
    },
  },
};

const PEOPLE: readonly Omit<UserOptions, 'account'>[] = [
  { ...ADA, keys: [{}, { status: 'Inactive', createdDaysAgo: 1, lastUsedDaysAgo: 0.5 }] },
  { ...ADA, userName: 'bob', groups: ['Auditors'], keys: [{}] },
  { ...ADA, userName: 'nobody', groups: [] },
  { ...ADA, userName: 'tagged', tags: { keysweep: 'exempt' }, keys: [{ createdDaysAgo: 0 }] },
  { ...ADA, userName: 'robot', groups: ['Developers', 'Robots'] },
  { ...ADA, userName: 'break-glass' },
  { ...ADA, userName: 'machine', console: false },
  { ...ADA, userName: 'keyless', keys: [] },
];

async function inventoryOf(
  on: SweptSandbox,
  request: Partial<InventoryRequest> = {},
  overrides: Parameters<SweptSandbox['dependencies']>[0] = {},
) {
  const all = { filters: {}, credentials: 'access-keys', lastUse: false, ...request } as const;
  const summary = await runInventory(all, on.dependencies(overrides));
  return { summary, run: await readRun(on.store, summary.runId) };
}

const governance = (run: Awaited<ReturnType<typeof inventoryOf>>['run'], account: string | undefined) =>
  run.accounts
    .get(account ?? '')
    ?.inventory?.keys.map((key) => {
      const by = key.governance === 'exempt' ? ` ${key.reason} ${key.exemption?.name ?? ''}` : '';
      return `${key.userName} ${key.status} ${key.governance}${by}`.trim();
    })
    .sort();

describe('an inventory', () => {
  it('tells which keys a sweep governs, whatever their age, and writes to none', async () => {
    const organization = allowInventory(organizationOf(1, () => [...PEOPLE]));
    organization.account(FIRST).rootKeys = 1;
    const on = await onSandbox({ organization, config: CONFIG });
    const before = keysOf(organization, FIRST);
    const { summary, run } = await inventoryOf(on);
    expect(governance(run, FIRST)).toEqual([
      'ada Active governed',
      'ada Inactive governed',
      'bob Active not-in-groups',
      'break-glass Active exempt exempt.users break-*',
      'machine Active exempt no-console-access',
      'nobody Active not-in-groups',
      'robot Active exempt exempt.groups Robots',
      'tagged Active exempt exempt.userTag keysweep=exempt',
    ]);
    expect(summary).toMatchObject({
      ...{ verdict: 'ok', mode: 'inventory', accounts: { inventoried: 1, 'out-of-scope': 1 } },
      keys: { seen: 8, kept: 8, due: 0 },
      inventory: { governed: 2, exempt: 4, optedOut: 0, notInGroups: 2, rootKeys: 1, accountsNotRead: 1 },
    });
    expect(run.accounts.get(FIRST)?.inventory).toMatchObject({ users: 8, rootKeys: 1, unreadUsers: [] });
    expect(run.accounts.get(FIRST)?.inventory).not.toHaveProperty('credentials');
    expect(keysOf(organization, FIRST)).toEqual(before);
    for (const call of ['UpdateAccessKey', 'DeleteAccessKey', 'GetAccessKeyLastUsed'])
      expect(on.sandbox.calls.of('iam', call)).toEqual([]);
  });

  it('reads last use and other credentials where asked for', async () => {
    const organization = allowInventory(organizationOf(1, () => [...PEOPLE]));
    const createdAt = organization.clock.milliseconds() - 9 * DAY;
    const credential = { status: 'Active', createdAt } as const;
    organization.user(FIRST, 'keyless').credentials = [
      { ...credential, kind: 'service-specific', id: 'ACCA1', service: 'bedrock.amazonaws.com' },
      { ...credential, kind: 'ssh-key', id: 'APKA1' },
      { ...credential, kind: 'signing-certificate', id: 'CERT1' },
    ];
    const on = await onSandbox({ organization, config: CONFIG });
    const { run } = await inventoryOf(on, { credentials: 'all', lastUse: true });
    const { keys, credentials } = run.accounts.get(FIRST)!.inventory!;
    expect(
      credentials?.map(({ kind, userName, id, service = '' }) => `${kind} ${userName} ${id} ${service}`),
    ).toEqual([
      'service-specific keyless ACCA1 bedrock.amazonaws.com',
      'ssh-key keyless APKA1 ',
      'signing-certificate keyless CERT1 ',
    ]);
    expect(keys.filter(({ lastUsed }) => lastUsed === null)).toHaveLength(7);
    expect(keys.filter(({ lastUsed }) => lastUsed instanceof Date)).toHaveLength(1);
  });

  it('reads accounts that are opted out, and no others that no sweep enters', async () => {
    const organization = allowInventory(organizationOf(3));
    organization.account(THIRD).state = 'SUSPENDED';
    const optOuts = [{ account: SECOND, owner: 'x', reason: 'y', until: '2099-12-31' }];
    const on = await onSandbox({ organization, config: { ...CONFIG, optOuts } });
    const { summary, run } = await inventoryOf(on);
    expect(governance(run, SECOND)).toEqual(['ada Active opted-out']);
    expect(Object.values(outcomes(run)).sort()).toEqual([
      ...['inventoried', 'inventoried', 'not-active', 'out-of-scope'],
    ]);
    expect(summary.inventory).toMatchObject({ governed: 1, optedOut: 1, accountsNotRead: 1 });
    expect(on.sandbox.calls.of('iam', 'GetGroup').map(({ account }) => account)).not.toContain(SECOND);
    const part = await inventoryOf(on, { filters: { accounts: [FIRST] } });
    expect(outcomes(part.run)[SECOND]).toBe('out-of-scope');
  });

  it('is carried on by plans and sweeps, and compared with the one before', async () => {
    const organization = allowInventory(organizationOf(1));
    const on = await onSandbox({ organization, config: CONFIG });
    expect((await on.run({ mode: 'plan' })).summary).not.toHaveProperty('inventory');
    const first = await inventoryOf(on);
    organization.addKey(FIRST, organization.user(FIRST, 'ada'));
    const part = await inventoryOf(on, { filters: { accounts: [FIRST] } });
    expect(part.summary.inventory).not.toHaveProperty('before');
    for (const mode of ['plan', 'sweep'] as const)
      expect((await on.run({ mode })).summary.inventory).toEqual(first.summary.inventory);
    const second = await inventoryOf(on);
    expect(second.summary.inventory).toMatchObject({ governed: 2, before: { governed: 1 } });
    const last = await lastInventory(on.store, organization.id);
    expect({ ...last, before: second.summary.inventory?.before }).toEqual(second.summary.inventory);
    expect(last).not.toHaveProperty('before');
    expect(await lastInventory(on.store, 'o-other')).toBeUndefined();
  });

  it('is found behind any number of runs that carry none on', async () => {
    const organization = allowInventory(organizationOf(1));
    const on = await onSandbox({ organization, config: CONFIG });
    const { summary } = await inventoryOf(on);
    const key = keyOf(organization, FIRST, 'ada');
    for (let times = 0; times < 6; times += 1) {
      await inventoryOf(on, { filters: { accounts: [FIRST] } });
      await revoke(on, [key]);
    }
    expect(await lastInventory(on.store, organization.id)).toEqual(summary.inventory);
  });
});

describe('a fault in one account', () => {
  const CALLS = ['ListUsers', 'GetAccountSummary', 'GetGroup'];
  const OF_USERS = [
    ...['ListAccessKeys', 'GetAccessKeyLastUsed', 'ListUserTags', 'GetLoginProfile'],
    ...['ListServiceSpecificCredentials', 'ListSSHPublicKeys', 'ListSigningCertificates'],
  ];
  const everything = { credentials: 'all', lastUse: true } as const;

  async function withFault(call: string, kind: 'denied' | 'short-page' | 'empty-body') {
    const organization = allowInventory(organizationOf(2, () => [...PEOPLE]));
    const on = await onSandbox({ organization, config: CONFIG });
    on.sandbox.faults.add({ service: 'iam', call, account: FIRST, kind, occurrence: 'every' });
    return inventoryOf(on, everything);
  }

  it.each([...CALLS, 'AssumeRole'])(
    'in %s: the account has no inventory, and the run says so',
    async (call) => {
      const organization = allowInventory(organizationOf(2, () => [...PEOPLE]));
      if (call === 'AssumeRole') removeRotationRole(organization, FIRST);
      const on = await onSandbox({ organization, config: CONFIG });
      on.sandbox.faults.add({ service: 'iam', call, account: FIRST, kind: 'denied', occurrence: 'every' });
      const { summary, run } = await inventoryOf(on, everything);
      expect(summary).toMatchObject({ verdict: 'incomplete', inventory: { accountsNotRead: 2 } });
      expect(outcomes(run)[FIRST]).toBe(call === 'AssumeRole' ? 'cannot-assume' : 'denied');
      expect(run.accounts.get(FIRST)?.inventory).toBeUndefined();
      expect(governance(run, SECOND)).toHaveLength(8);
    },
  );

  it.each(OF_USERS)('in %s: the users are named, and the run is not ok', async (call) => {
    const { summary, run } = await withFault(call, 'denied');
    expect(summary).toMatchObject({ verdict: 'incomplete', accounts: { denied: 1, inventoried: 1 } });
    expect(summary.inventory?.accountsNotRead).toBe(2);
    const { unreadUsers } = run.accounts.get(FIRST)!.inventory!;
    expect(unreadUsers.length).toBeGreaterThan(0);
    expect(new Set(unreadUsers.map(({ failure }) => failure.call))).toEqual(new Set([`iam:${call}`]));
  });

  it.each([...CALLS.filter((call) => call !== 'GetAccountSummary'), ...OF_USERS])(
    'in a page of %s: nothing counts as none',
    async (call) => {
      const { summary } = await withFault(call, 'empty-body');
      expect(summary.verdict).toBe('incomplete');
    },
  );

  it('of a user who is renamed meanwhile', async () => {
    const organization = allowInventory(organizationOf(1, () => [...PEOPLE]));
    const on = await onSandbox({ organization, config: CONFIG });
    const account: SandboxAccount = organization.account(FIRST);
    on.sandbox.faults.add({
      ...{
        service: 'iam',
        call: 'ListAccessKeys',
        where: { UserName: 'bob' },
        kind: 'slow',
        milliseconds: 0,
      },
      onFired: () => {
        renameUser(account, account.user('bob'), 'robert');
      },
    });
    const { summary, run } = await inventoryOf(on);
    expect(summary).toMatchObject({ verdict: 'incomplete', accounts: { failed: 1 } });
    expect(run.accounts.get(FIRST)?.inventory?.unreadUsers).toMatchObject([
      { userName: 'bob', failure: { code: 'UserGone' } },
    ]);
  });

  it('is not reached when the time is up', async () => {
    const organization = allowInventory(organizationOf(3));
    const on = await onSandbox({ organization, config: { ...CONFIG, concurrency: { accounts: 1 } } });
    const stop = new AbortController();
    on.sandbox.faults.add({
      ...{ service: 'iam', call: 'GetAccountSummary', account: SECOND, kind: 'slow', milliseconds: 0 },
      onFired: () => {
        stop.abort();
      },
    });
    const deadline = deadlineOn(stop.signal, new AbortController().signal);
    const { summary, run } = await inventoryOf(on, {}, { deadline });
    expect(outcomes(run)).toMatchObject({
      [FIRST]: 'inventoried',
      [SECOND]: 'not-reached',
      [THIRD]: 'not-reached',
    });
    expect(summary.verdict).toBe('incomplete');
  });
});
