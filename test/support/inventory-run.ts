import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import type { AccountInventoried, KeyInventory } from '../../src/ledger/record.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import { buildRun, daysAgo } from './build-run.ts';
import { AT, RUN_ID } from './records.ts';

export const INVENTORIED_ID = '100000000001';
const COUNTS = { runId: RUN_ID, at: AT, governed: 3, exempt: 1, optedOut: 0, notInGroups: 2, rootKeys: 1 };
export const INVENTORY_COUNTS: KeyInventory = {
  ...{ ...COUNTS, accountsNotRead: 2 },
  before: { ...COUNTS, governed: 1, at: '2026-11-20T06:00:00.000Z', accountsNotRead: 0 },
};
export const inventoriedKey = (
  accessKeyId: string,
  days: number,
  more: object = {},
): AccountInventoried['keys'][number] => ({
  ...{ accessKeyId, userName: 'ada', status: 'Active', createDate: daysAgo(days), governance: 'governed' },
  ...more,
});

/** @param userName of a user in no configured group */
export async function inventoryRun(userName = 'bob'): Promise<StoredRun> {
  const run = await buildRun({
    accounts: [{ id: INVENTORIED_ID, name: 'web' }],
    summary: { inventory: INVENTORY_COUNTS },
  });
  const [stored] = run.accounts.values();
  const inventory: AccountInventoried = {
    ...{
      type: 'account-inventoried',
      at: AT,
      accountId: INVENTORIED_ID,
      users: 3,
      rootKeys: 1,
      unreadUsers: [],
    },
    keys: [
      inventoriedKey('AKIA1', 400, { lastUsed: daysAgo(1) }),
      inventoriedKey('AKIA2', 2, { governance: 'not-in-groups', userName, lastUsed: null }),
      inventoriedKey('AKIA3', 900, { status: 'Inactive' }),
      inventoriedKey('AKIA4', 50, {
        ...{ governance: 'exempt', reason: 'exempt.users' },
        exemption: { name: 'a*', until: '2027-01-31' },
      }),
    ],
    credentials: [
      {
        ...{ userName, kind: 'service-specific', id: 'ACCA1', status: 'Active' },
        ...{ createDate: daysAgo(20), service: 'bedrock.amazonaws.com' },
      },
    ],
  };
  const accounts = new Map([[INVENTORIED_ID, { ...stored!, plan: undefined, inventory }]]);
  const summary = { ...run.summary!, mode: 'inventory' as const };
  return { ...run, started: { ...run.started, mode: 'inventory' }, summary, accounts };
}

const RIGHTS = ['iam:Get*', 'iam:List*', 'iam:UpdateAccessKey'];

/** The role of the fixture allows what a sweep needs, and no more. */
export function allowInventory(organization: SandboxOrganization): SandboxOrganization {
  const Statement = [{ Effect: 'Allow', Action: RIGHTS, Resource: '*' } as const];
  for (const account of organization.accounts.list()) {
    const role = account.roles.get('KeysweepRotation');
    if (!role) continue;
    account.roles.remove(role);
    const policies = { all: { Version: '2012-10-17', Statement } as const };
    organization.addRole({ account, roleName: role.roleName, trust: role.trust.text, policies });
  }
  return organization;
}
