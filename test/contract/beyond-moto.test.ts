import type { IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Clients } from '../../src/aws/clients.ts';
import { openSession, type SessionRequest } from '../../src/aws/session.ts';
import { accessKeys, keyUse } from '../../src/aws/iam/keys.ts';
import { groupMembers } from '../../src/aws/iam/members.ts';
import { deactivateAccessKey, deleteAccessKey } from '../../src/aws/iam/revoke.ts';
import { userTags } from '../../src/aws/iam/user-facts.ts';
import { listAccounts } from '../support/list-accounts.ts';
import { openOptOutTags } from '../../src/organization/opt-out-tags.ts';
import { walkTree } from '../../src/organization/ou-tree.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { ALLOW_ALL } from '../../sandbox/policy/document.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { DAY, now } from '../support/clock.ts';
import { ownClients } from './world.ts';

/* What deviations.test.ts says moto cannot show, through keysweep's own rooms, on the sandbox. */

const SIGNAL = new AbortController().signal;
const EXTERNAL_ID = 'keysweep-contract';

let sandbox: Sandbox;
let own: Clients;
const organization = new SandboxOrganization();
const prod = organization.addOrganizationalUnit('Prod');
const nested = organization.addOrganizationalUnit('Nested', prod);
const accounts = Array.from({ length: 25 }, (_, index) =>
  organization.addAccount({
    parent: index % 2 === 0 ? nested : prod,
    tags: index === 3 ? { keysweep: 'opt-out' } : {},
  }),
);
const [account = organization.managementAccount, roleless = organization.managementAccount] = accounts;

beforeAll(async () => {
  for (let index = 0; index < 250; index++)
    organization.addUser({ account, userName: `user-${index}`, groups: ['Developers'] });
  const keys = Array.from({ length: 5 }, () => ({ status: 'Active' }));
  const tags = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`tag-${index}`, String(index)]));
  organization.addUser({ account, userName: 'crowded', keys, tags });
  organization.addUser({ account, userName: 'used', keys: [{ lastUsedDaysAgo: 3 }] });
  organization.addRole({
    account,
    roleName: 'KeysweepRotation',
    trust: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: `arn:aws:iam::${organization.managementAccount.id}:root` },
          Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
        },
      ],
    },
    policies: { all: ALLOW_ALL },
  });
  sandbox = await startSandbox({ organization, pages: { maximumSize: 7, emptyFirst: true } });
  const { url, region, credentials } = sandbox;
  own = ownClients({ endpoint: { url, region, credentials }, close: () => sandbox.close() });
});
afterAll(async () => {
  own.close();
  await sandbox.close();
});

const request = (overrides: Partial<SessionRequest> = {}): SessionRequest => ({
  partition: 'aws',
  accountId: account.id,
  role: { name: 'KeysweepRotation', path: '/', externalId: EXTERNAL_ID },
  runId: '20261127T225500Z-1a2b3c',
  purpose: { reads: true },
  ...overrides,
});
const session = async (overrides: Partial<SessionRequest> = {}): Promise<IAMClient> =>
  own.iam(await openSession(own.sts, request(overrides), SIGNAL));

describe('over pages that are short, the first of them empty', () => {
  it('a group of 250 members is read whole', async () => {
    const members = await groupMembers(
      await session(),
      { accountId: account.id, groupName: 'Developers' },
      SIGNAL,
    );
    expect(new Set(members?.map(({ userName }) => userName)).size).toBe(250);
    expect(sandbox.calls.of('iam', 'GetGroup').length).toBeGreaterThan(250 / 7);
  });

  it('all keys of a user are read, be they five, and all tags', async () => {
    const iam = await session();
    expect(await accessKeys(iam, 'crowded', SIGNAL)).toHaveLength(5);
    expect((await userTags(iam, 'crowded', SIGNAL)).size).toBe(12);
  });

  it('all accounts are listed, placed and asked about their tags', async () => {
    const { id, managementAccount } = organization;
    const listed = await listAccounts(
      own.organizations,
      { id, managementAccountId: managementAccount.id },
      SIGNAL,
    );
    expect(listed).toHaveLength(26);
    const tree = await walkTree(own.organizations, SIGNAL, { accounts: true });
    expect(tree.failure).toBeUndefined();
    expect(tree.units.size).toBe(3);
    expect(listed.filter(({ id }) => tree.placementOf(id).known)).toHaveLength(26);
    expect(tree.placementOf(account.id)).toEqual({
      known: true,
      path: [organization.root.id, prod.id, nested.id],
    });
    const states = await openOptOutTags({
      organizations: own.organizations,
      tagging: own.tagging(),
      tag: { key: 'keysweep', value: 'opt-out' },
      signal: SIGNAL,
    })(listed.map((one) => one.id));
    const optedOut = [...states].filter(([, state]) => state.known && state.optedOut).map(([one]) => one);
    expect(optedOut).toEqual([accounts[3]?.id]);
  }, 30_000);
});

describe('what AWS refuses', () => {
  it.each<[string, () => Partial<SessionRequest>]>([
    ['the role is missing', () => ({ accountId: roleless.id })],
    ['the role has another name', () => ({ role: { name: 'Other', path: '/' } })],
    [
      'the external id is wrong',
      () => ({ role: { name: 'KeysweepRotation', path: '/', externalId: 'other' } }),
    ],
    ['the external id is left out', () => ({ role: { name: 'KeysweepRotation', path: '/' } })],
  ])('cannot be assumed: %s', async (_, overrides) => {
    await expect(session(overrides())).rejects.toMatchObject({
      failure: { kind: 'cannot-assume', call: 'sts:AssumeRole', code: 'AccessDenied' },
    });
  });

  it('a session for reading cannot write, and one for deactivating cannot delete', async () => {
    const { accessKeyId = '' } = organization.user(account, 'crowded').keys[0] ?? {};
    const key = { userName: 'crowded', accessKeyId };
    const denied = { failure: { kind: 'denied', code: 'AccessDenied' } };
    await expect(deactivateAccessKey(await session(), key, SIGNAL)).rejects.toMatchObject(denied);
    const deactivating = await session({
      purpose: { writes: { 'iam:UpdateAccessKey': ['crowded'] }, exemptTag: false },
    });
    await expect(deleteAccessKey(deactivating, key, SIGNAL)).rejects.toMatchObject(denied);
    await expect(
      groupMembers(deactivating, { accountId: account.id, groupName: 'Developers' }, SIGNAL),
    ).rejects.toMatchObject(denied);
    expect(organization.keysOf(account).filter(({ status }) => status === 'Active')).toHaveLength(6);
    await deactivateAccessKey(deactivating, key, SIGNAL);
    expect(organization.keysOf(account).filter(({ status }) => status === 'Active')).toHaveLength(5);
  });
});

it('the last use of a key is told', async () => {
  const { accessKeyId = '' } = organization.user(account, 'used').keys[0] ?? {};
  const { owner, lastUsed } = await keyUse(await session(), accessKeyId, SIGNAL);
  expect(owner).toBe('used');
  expect(now().getTime() - (lastUsed?.getTime() ?? 0)).toBeGreaterThan(2.9 * DAY);
});
