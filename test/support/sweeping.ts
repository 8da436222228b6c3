import { onTestFinished, type TestContext } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { foldRun, type StoredRun } from '../../src/ledger/stored-run.ts';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import type { SandboxUser } from '../../sandbox/organization/entities.ts';
import { SandboxOrganization, type UserOptions } from '../../sandbox/organization/organization.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { deadlineOn } from '../../src/sweep/deadline.ts';
import { runSweep, type SweepRequest } from '../../src/sweep/run.ts';
import { memoryStore } from './memory-store.ts';

/** Every key of every member of Developers, at once, with no other rules. */
export const EVERY_KEY: ConfigInput = {
  optOutTag: false,
  defaults: {
    armed: true,
    groups: ['Developers'],
    rules: { maxKeyAgeDays: 0, mode: 'deactivate', users: 'all' },
    exempt: { userTag: false },
  },
};

/** An organization with some accounts that have the rotation role; their ids count up from 100000000001. */
export function organizationOf(
  accounts: number,
  users: (index: number) => Omit<UserOptions, 'account'>[] = () => [ADA],
): SandboxOrganization {
  const organization = new SandboxOrganization();
  for (let index = 0; index < accounts; index += 1) {
    const account = organization.addAccount({ name: `account-${index}` });
    addRotationRole(organization, account.id);
    for (const user of users(index)) organization.addUser({ account, ...user });
  }
  return organization;
}

export const ADA: Omit<UserOptions, 'account'> = {
  userName: 'ada',
  groups: ['Developers'],
  keys: [{}],
  console: true,
};

/** @param trusted the account whose principals may assume it */
export function addRotationRole(
  organization: SandboxOrganization,
  account: string,
  externalId?: string,
  trusted = organization.managementAccount.id,
): void {
  organization.addRole({
    account,
    roleName: 'KeysweepRotation',
    trust: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:${organization.partition}:iam::${trusted}:root` },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: {
              'aws:PrincipalOrgID': organization.id,
              ...(externalId !== undefined && { 'sts:ExternalId': externalId }),
            },
          },
        },
      ],
    },
    policies: {
      sweep: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: [
              'iam:GetGroup',
              'iam:ListAccessKeys',
              'iam:GetAccessKeyLastUsed',
              'iam:ListUserTags',
              'iam:GetLoginProfile',
              'iam:ListAttachedUserPolicies',
              'iam:UpdateAccessKey',
              'iam:DeleteAccessKey',
            ],
            Resource: '*',
          },
        ],
      },
    },
  });
}

/** As `UpdateUser` does. */
export function renameUser(account: SandboxAccount, user: SandboxUser, userName: string): void {
  const places = [account.users, ...user.groups.map(({ members }) => members)];
  for (const place of places) place.remove(user);
  Object.assign(user, { userName });
  for (const place of places) place.add(user);
}

export function removeRotationRole(organization: SandboxOrganization, account: string): void {
  const { roles } = organization.account(account);
  const role = roles.get('KeysweepRotation');
  if (role) roles.remove(role);
}

export interface SweepSetting {
  readonly organization: SandboxOrganization;
  readonly config?: ConfigInput;
  readonly sandbox?: SandboxOptions;
  readonly store?: ObjectStore;
  /** Respect the rate limits of Organizations. Many runs in a row would only wait. */
  readonly paced?: boolean;
  /** From the context of a test that runs beside others. */
  readonly context?: TestContext;
}

export interface SweptSandbox {
  readonly sandbox: Sandbox;
  readonly store: ObjectStore;
  /** Another run; by default a sweep of everything. */
  readonly run: (
    request?: Partial<SweepRequest>,
    dependencies?: Partial<RunDependencies>,
  ) => Promise<{ summary: RunSummary; run: StoredRun }>;
  readonly dependencies: (overrides?: Partial<RunDependencies>) => RunDependencies;
}

/** A sandbox and keysweep for it; both end with the test. */
export async function onSandbox(setting: SweepSetting): Promise<SweptSandbox> {
  const sandbox = await startSandbox({ organization: setting.organization, ...setting.sandbox });
  const config = parseConfig(JSON.stringify(setting.config ?? EVERY_KEY), 'accounts.json');
  const { url: endpoint, region, credentials } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 64 });
  if (!setting.paced) clients.organizations.middlewareStack.remove('limitOrganizations');
  (setting.context ?? { onTestFinished }).onTestFinished(async () => {
    clients.close();
    await sandbox.close();
  });
  const store = setting.store ?? memoryStore();
  let runs = 0;
  const dependencies = (overrides: Partial<RunDependencies> = {}): RunDependencies => ({
    config,
    clients,
    store,
    deadline: deadlineOn(new AbortController().signal, new AbortController().signal),
    progress: () => undefined,
    now: () => sandbox.clock.now(),
    random: () => (runs += 1).toString(16).padStart(3, '0'),
    host: 'test',
    ...overrides,
  });
  return {
    sandbox,
    store,
    dependencies,
    run: async (request = {}, overrides = {}) => {
      const summary = await runSweep({ mode: 'sweep', filters: {}, ...request }, dependencies(overrides));
      return { summary, run: await foldRun(readRecords(store, summary.runId)) };
    },
  };
}

/** `userName status` of every key of an account, sorted. */
export function keysOf(organization: SandboxOrganization, account: string): string[] {
  return organization
    .keysOf(account)
    .map(({ user, status }) => `${user.userName} ${status}`)
    .sort();
}

export function outcomes({ accounts }: StoredRun): Record<string, string | undefined> {
  return Object.fromEntries([...accounts].map(([id, { finished }]) => [id, finished?.outcome]));
}
