import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { paginateListUsers, paginateListAccessKeys, type IAMClient } from '@aws-sdk/client-iam';
import { CreateOrganizationCommand } from '@aws-sdk/client-organizations';
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { borrowMoto, type Moto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import {
  createAccount,
  createGroups,
  createRole,
  createUnit,
  createUser,
  type Endpoint,
  enter,
  plainClients,
  rootOf,
  type UserToCreate,
} from '../emulators/seeding.ts';
import { dateFromNow } from '../support/clock.ts';
import { keysweep } from '../support/keysweep-process.ts';

/**
 * 30 accounts in nested OUs with 120 users on an emulator that we did not write, swept by the command as a
 *   process of its own. What should happen stands in two tables, DUE and AFTER, and not in any code of
 *   keysweep.
 */

const GROUPS = ['Developers', 'Administrators', 'Engineers', 'ServiceUsers'];

const CASTS: readonly (readonly UserToCreate[])[] = [
  [
    { userName: 'developer', groups: ['Developers'], console: true, keys: ['Active', 'Active'] },
    {
      userName: 'administrator',
      groups: ['Developers', 'Administrators'],
      console: true,
      keys: ['Active', 'Inactive'],
    },
    { userName: 'machine', groups: ['Developers'], keys: ['Active'] },
    { userName: 'outsider', console: true, keys: ['Active'] },
  ],
  [
    { userName: 'engineer', groups: ['Engineers'], console: true, keys: ['Active'] },
    { userName: 'break-glass-1', groups: ['Administrators'], console: true, keys: ['Active'] },
    {
      userName: 'tagged',
      groups: ['Developers'],
      console: true,
      keys: ['Active'],
      tags: { keysweep: 'exempt' },
    },
    { userName: 'service', groups: ['Developers', 'ServiceUsers'], console: true, keys: ['Active'] },
  ],
  [
    { userName: 'last,first@example.com', groups: ['Developers'], console: true, keys: ['Active'] },
    { userName: 'both', groups: ['Developers', 'Engineers'], console: true, keys: ['Active', 'Active'] },
    { userName: 'dormant', groups: ['Administrators'], console: true, keys: ['Inactive', 'Inactive'] },
    { userName: 'keyless', groups: ['Administrators'], console: true },
  ],
];

/**
 * Whose keys are due: by the default groups and rules, where the group is Engineers, and where machines are
 * swept too.
 */
const DUE: Record<'usual' | 'engineers' | 'machines too', readonly string[]> = {
  usual: ['developer', 'administrator', 'last,first@example.com', 'both', 'dormant'],
  engineers: ['engineer', 'both'],
  'machines too': ['developer', 'administrator', 'machine', 'last,first@example.com', 'both', 'dormant'],
};

type Kind =
  | 'prod'
  | 'payments'
  | 'test'
  | 'sandbox'
  | 'armed sandbox'
  | 'opted out'
  | 'tagged'
  | 'security'
  | 'management';

/** How many accounts of a kind there are, who is due there, and what a due key is after one sweep. */
const AFTER: Record<
  Kind,
  {
    accounts: number;
    due: readonly string[];
    sweptTo?: { Active: string; Inactive: string };
    leftOut?: string;
  }
> = {
  prod: { accounts: 10, due: DUE.usual, sweptTo: { Active: 'Inactive', Inactive: 'Inactive' } },
  payments: { accounts: 3, due: DUE.engineers, sweptTo: { Active: 'Inactive', Inactive: 'Inactive' } },
  test: { accounts: 6, due: DUE.usual, sweptTo: { Active: 'deleted', Inactive: 'deleted' } },
  sandbox: { accounts: 2, due: DUE.usual },
  'armed sandbox': {
    accounts: 1,
    due: DUE['machines too'],
    sweptTo: { Active: 'Inactive', Inactive: 'Inactive' },
  },
  'opted out': { accounts: 2, due: [], leftOut: 'opted-out' },
  tagged: { accounts: 2, due: [], leftOut: 'opted-out' },
  security: { accounts: 3, due: [], leftOut: 'out-of-scope' },
  management: { accounts: 1, due: [], leftOut: 'out-of-scope' },
};

interface SeededAccount {
  readonly id: string;
  readonly kind: Kind;
  readonly iam: IAMClient;
  readonly keys: readonly {
    readonly label: string;
    readonly userName: string;
    readonly status: 'Active' | 'Inactive';
  }[];
}

interface RunDocument {
  readonly summary: {
    readonly runId: string;
    readonly verdict: string;
    readonly accountsListed: number;
    readonly accounts: Readonly<Record<string, number>>;
    readonly keys: Readonly<Record<string, number>>;
    readonly problems: readonly string[];
  };
}

describe.skipIf((await pythonEnvironment()) === undefined)('an organization of 30 accounts on moto', () => {
  let moto: Moto;
  let folder: string;
  let accounts: readonly SeededAccount[];

  beforeAll(async () => {
    const started = await borrowMoto();
    if (started === undefined) throw new Error('no moto');
    moto = started;
    folder = await mkdtemp(join(tmpdir(), 'keysweep-'));
    const seeded = await seed(moto);
    accounts = seeded.accounts;
    await writeFile(join(folder, 'accounts.json'), JSON.stringify(seeded.config));
  }, 120_000);

  afterAll(async () => {
    await moto.close();
    await rm(folder, { recursive: true });
  });

  const run = async (...args: string[]): Promise<RunDocument['summary']> => {
    const options = ['--config', join(folder, 'accounts.json'), '--ledger', 's3://ledger/keysweep', '--json'];
    const environment = { ...moto.environment(), AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
    const { code, stdout, stderr } = await keysweep([...args, ...options], environment);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return (JSON.parse(stdout) as RunDocument).summary;
  };

  const before = () =>
    new Map(accounts.flatMap(({ keys }) => keys.map(({ label, status }) => [label, status])));
  const after = () => new Map(accounts.flatMap((account) => keysAfter(account)));
  const outcomes = (applied: boolean) => counts(accounts.map((account) => outcomeOf(account, applied)));
  const changed = (to: string) => {
    const was: ReadonlyMap<string, string> = before();
    const is = new Map(accounts.flatMap((account) => keysAfter(account, 'deleted')));
    return [...is].filter(([label, status]) => status === to && was.get(label) !== to).length;
  };

  it('is as large as it says', () => {
    expect(accounts).toHaveLength(30);
    expect(CASTS.map((cast) => cast.length)).toEqual([4, 4, 4]);
  });

  it('is planned without a change', async () => {
    const summary = await run('plan');
    expect(summary).toMatchObject({
      verdict: 'ok',
      accountsListed: 30,
      problems: [],
      accounts: outcomes(false),
    });
    expect(summary.keys).toMatchObject({ deactivated: 0, deleted: 0 });
    expect(await keysThere(accounts)).toEqual(before());
  }, 60_000);

  it('is swept, and exactly the right keys change', async () => {
    const summary = await run('sweep', '--apply', '--yes');
    expect(await keysThere(accounts)).toEqual(after());
    expect(summary).toMatchObject({
      verdict: 'ok',
      accountsListed: 30,
      problems: [],
      accounts: outcomes(true),
    });
    expect(summary.keys).toMatchObject({
      deactivated: changed('Inactive'),
      deleted: changed('deleted'),
      alreadyGone: 0,
      failed: 0,
    });
    expect([changed('Inactive'), changed('deleted')]).toEqual([28, 18]);
  }, 60_000);

  it('is swept again, and nothing more changes', async () => {
    const summary = await run('sweep', '--apply', '--yes');
    expect(summary).toMatchObject({ verdict: 'ok', accountsListed: 30 });
    expect(summary.keys).toMatchObject({ deactivated: 0, deleted: 0, failed: 0 });
    expect(await keysThere(accounts)).toEqual(after());
  }, 60_000);

  it('leaves in its ledger, which is a bucket, the records and the summary of each run', async () => {
    const { s3 } = plainClients(endpointOf(moto));
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'ledger' }));
    const objects = Contents.map(({ Key = '' }) => Key.replace(/\d{8}T\d{6}Z-[0-9a-f]{6}/, 'run'));
    expect(objects.filter((key) => key === 'keysweep/runs/run/summary.json')).toHaveLength(3);
    expect(objects.filter((key) => key === 'keysweep/runs/run/records/00000001.jsonl')).toHaveLength(3);
  });
});

function endpointOf({ url }: Moto): Endpoint {
  return { url, region: 'us-east-1', credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } };
}

async function seed(moto: Moto): Promise<{ accounts: readonly SeededAccount[]; config: ConfigInput }> {
  const endpoint = endpointOf(moto);
  const { organizations, iam, s3 } = plainClients(endpoint);
  await s3.send(new CreateBucketCommand({ Bucket: 'ledger' }));
  const { Organization } = await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const central = Organization?.MasterAccountId ?? '';
  const root = await rootOf(organizations);
  const workloads = await createUnit(organizations, root, 'Workloads');
  const prod = await createUnit(organizations, workloads, 'Prod');
  const payments = await createUnit(organizations, prod, 'Payments');
  const test = await createUnit(organizations, workloads, 'Test');
  const sandbox = await createUnit(organizations, root, 'Sandbox');
  const security = await createUnit(organizations, root, 'Security');
  const parents: Record<Exclude<Kind, 'management'>, string> = {
    prod,
    payments,
    test,
    sandbox,
    'armed sandbox': sandbox,
    'opted out': prod,
    tagged: prod,
    security,
  };

  const kinds = Object.entries(AFTER).flatMap(([kind, { accounts }]) =>
    Array<Kind>(accounts).fill(kind as Kind),
  );
  const limit = pLimit(8);
  const accounts = await limit.map(kinds, async (kind, index): Promise<SeededAccount> => {
    if (kind === 'management') return peopled({ id: central, kind, iam }, index, central);
    const tags = kind === 'tagged' ? { keysweep: 'opt-out' } : {};
    const id = await createAccount(organizations, {
      name: `account-${index}`,
      root,
      parent: parents[kind],
      tags,
    });
    return peopled({ id, kind, iam: (await enter(endpoint, id)).iam }, index, central);
  });

  const idsOf = (wanted: Kind) => accounts.filter(({ kind }) => kind === wanted).map(({ id }) => id);
  return {
    accounts,
    config: {
      scope: { organizationalUnits: [workloads, sandbox] },
      defaults: {
        groups: ['Developers', 'Administrators'],
        exempt: { users: ['break-glass-*'], groups: ['ServiceUsers'] },
      },
      overrides: [
        { organizationalUnits: [prod], armed: true },
        { organizationalUnits: [payments], groups: ['Engineers'], rules: { mode: 'deactivate' } },
        { organizationalUnits: [test], armed: true, rules: { mode: 'delete' } },
        { accounts: idsOf('armed sandbox'), armed: true, rules: { users: 'all' } },
      ],
      optOuts: idsOf('opted out').map((account) => ({
        account,
        owner: 'payments@example.com',
        reason: 'audit',
        until: dateFromNow(400),
      })),
    },
  };
}

async function peopled(
  account: Pick<SeededAccount, 'id' | 'kind' | 'iam'>,
  index: number,
  central: string,
): Promise<SeededAccount> {
  const { id, iam } = account;
  await createGroups(iam, ...GROUPS);
  await createRole(iam, { roleName: 'KeysweepRotation', trusts: central, actions: ['iam:*'] });
  const keys: SeededAccount['keys'][number][] = [];
  for (const user of CASTS[index % CASTS.length] ?? []) {
    const ids = await createUser(iam, user);
    const statuses = user.keys ?? [];
    keys.push(
      ...statuses.map((status, n) => ({
        label: `${id}/${user.userName}/${ids[n] ?? ''}`,
        userName: user.userName,
        status,
      })),
    );
  }
  return { ...account, keys };
}

/**
 * What the tables say about every key of an account; a deleted one is not there unless it is to be named so.
 */
function keysAfter({ kind, keys }: SeededAccount, deleted?: 'deleted'): [string, string][] {
  const { due, sweptTo } = AFTER[kind];
  const statuses = keys.map(({ label, userName, status }): [string, string] => [
    label,
    sweptTo && due.includes(userName) ? sweptTo[status] : status,
  ]);
  return statuses.filter(([, status]) => deleted || status !== 'deleted');
}

function outcomeOf({ kind, keys }: SeededAccount, applied: boolean): string {
  const { due, sweptTo, leftOut } = AFTER[kind];
  if (leftOut) return leftOut;
  const mode = sweptTo?.Inactive === 'deleted' ? 'delete' : 'deactivate';
  const dueKeys = keys.filter(
    ({ userName, status }) => due.includes(userName) && (mode === 'delete' || status === 'Active'),
  );
  if (dueKeys.length === 0) return 'nothing-due';
  return applied && sweptTo ? 'swept' : 'planned';
}

function counts(names: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  return counted;
}

/** Every key of every account and its status, as the seeding clients see them. */
async function keysThere(accounts: readonly SeededAccount[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await pLimit(8).map(accounts, async ({ id, iam: client }) => {
    for await (const { Users = [] } of paginateListUsers({ client }, {}))
      for (const { UserName = '' } of Users)
        for await (const { AccessKeyMetadata = [] } of paginateListAccessKeys({ client }, { UserName }))
          for (const { AccessKeyId = '', Status = '' } of AccessKeyMetadata)
            found.set(`${id}/${UserName}/${AccessKeyId}`, Status);
  });
  return found;
}
