import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListTagsForResourceCommand,
  paginateListAccounts,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Clients } from '../../src/aws/clients.ts';
import { describeAccount } from '../../src/organization/account-now.ts';
import { describeOrganization } from '../../src/organization/describe.ts';
import { listAccounts } from '../support/list-accounts.ts';
import { openOptOutTags } from '../../src/organization/opt-out-tags.ts';
import { walkTree } from '../../src/organization/ou-tree.ts';
import { EMULATORS } from './emulators.ts';
import { buildWorld, ownClients, type World } from './world.ts';

const SIGNAL = new AbortController().signal;

describe.each(EMULATORS)('Organizations on $name', ({ start }) => {
  let world: World;
  let own: Clients;
  beforeAll(async () => {
    world = await buildWorld(await start());
    own = ownClients(world.emulator);
  }, 60_000);
  afterAll(async () => {
    own.close();
    await world.close();
  });

  describe('on the wire', () => {
    it('names the organization and its management account', async () => {
      const { Organization } = await world.central.organizations.send(new DescribeOrganizationCommand({}));
      expect(Organization).toMatchObject({
        Id: expect.stringMatching(/^o-[a-z0-9]{10,32}$/) as string,
        MasterAccountId: world.accounts.management,
        Arn: `arn:aws:organizations::${world.accounts.management}:organization/${world.organizationId}`,
      });
    });

    it('lists all accounts over pages, the management account too, each with State and Status', async () => {
      const pages = paginateListAccounts({ client: world.central.organizations, pageSize: 3 }, {});
      const listed: (string | undefined)[][] = [];
      for await (const { Accounts = [] } of pages)
        listed.push(...Accounts.map(({ Id, Name, State, Status }) => [Id, Name, State, Status]));
      const { management, alpha, beta, gamma } = world.accounts;
      const names = Object.fromEntries(listed.map(([id = '', name]) => [id, name]));
      expect(names).toMatchObject({ [alpha]: 'alpha', [beta]: 'beta', [gamma]: 'gamma' });
      expect(listed.map(([id]) => id).sort()).toEqual([management, alpha, beta, gamma].sort());
      expect(listed.map(([, , state, status]) => [state, status])).toEqual(
        Array(4).fill(['ACTIVE', 'ACTIVE']),
      );
    });

    it('ends a page with NextToken exactly when more follow', async () => {
      const { organizations } = world.central;
      const first = await organizations.send(new ListAccountsCommand({ MaxResults: 3 }));
      expect(first.Accounts).toHaveLength(3);
      expect(first.NextToken).toEqual(expect.any(String));
      const last = await organizations.send(
        new ListAccountsCommand({ MaxResults: 3, NextToken: first.NextToken }),
      );
      expect(last.Accounts).toHaveLength(1);
      expect(last.NextToken).toBeUndefined();
    });

    it('knows the tree from above and from below', async () => {
      const { organizations } = world.central;
      const { root, workloads, prod, sandbox } = world.units;
      const units = async (ParentId: string) =>
        (
          await organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId }))
        ).OrganizationalUnits?.map(({ Id }) => Id).sort();
      expect(await units(root)).toEqual([workloads, sandbox].sort());
      expect(await units(workloads)).toEqual([prod]);
      expect(await units(prod)).toEqual([]);
      const accounts = async (ParentId: string) =>
        (await organizations.send(new ListAccountsForParentCommand({ ParentId }))).Accounts?.map(
          ({ Id }) => Id,
        ).sort();
      expect(await accounts(root)).toEqual([world.accounts.management, world.accounts.gamma].sort());
      expect(await accounts(prod)).toEqual([world.accounts.alpha]);
      expect(await accounts(workloads)).toEqual([]);
      const parents = async (ChildId: string) =>
        (await organizations.send(new ListParentsCommand({ ChildId }))).Parents;
      expect(await parents(world.accounts.alpha)).toEqual([{ Id: prod, Type: 'ORGANIZATIONAL_UNIT' }]);
      expect(await parents(prod)).toEqual([{ Id: workloads, Type: 'ORGANIZATIONAL_UNIT' }]);
      expect(await parents(world.accounts.gamma)).toEqual([{ Id: root, Type: 'ROOT' }]);
    });

    it('tells the tags of an account', async () => {
      const tags = async (ResourceId: string) =>
        (await world.central.organizations.send(new ListTagsForResourceCommand({ ResourceId }))).Tags;
      expect(await tags(world.accounts.beta)).toEqual([
        { Key: 'keysweep', Value: 'opt-out' },
        { Key: 'team', Value: 'b' },
      ]);
      expect(await tags(world.accounts.alpha)).toEqual([]);
    });

    it('names what does not exist', async () => {
      const { organizations } = world.central;
      await expect(
        organizations.send(new DescribeAccountCommand({ AccountId: '000000000000' })),
      ).rejects.toMatchObject({
        name: 'AccountNotFoundException',
      });
      const { prod } = world.units;
      const OrganizationalUnitId = `${prod.slice(0, -1)}${prod.endsWith('0') ? '1' : '0'}`;
      await expect(
        organizations.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId })),
      ).rejects.toMatchObject({ name: 'OrganizationalUnitNotFoundException' });
    });
  });

  describe('through keysweep', () => {
    const listed = async () => {
      const organization = await describeOrganization(own.organizations, SIGNAL);
      return listAccounts(own.organizations, organization, SIGNAL);
    };

    it('says of an account in the list what it says of it by itself', async () => {
      const organization = await describeOrganization(own.organizations, SIGNAL);
      const all = await listed();
      const described = await Promise.all(
        all.map(({ id }) => describeAccount(own.organizations, id, organization, SIGNAL)),
      );
      expect(described).toHaveLength(4);
      expect(described).toEqual(all);
    });

    it('describes the organization', async () => {
      expect(await describeOrganization(own.organizations, SIGNAL)).toEqual({
        id: world.organizationId,
        managementAccountId: world.accounts.management,
      });
    });

    it('lists the accounts', async () => {
      const accounts = await listed();
      expect(accounts.map(({ id }) => id).sort()).toEqual(Object.values(world.accounts).sort());
      expect(accounts.find(({ id }) => id === world.accounts.alpha)).toEqual({
        id: world.accounts.alpha,
        name: 'alpha',
        state: 'ACTIVE',
        isManagementAccount: false,
      });
      expect(accounts.filter(({ isManagementAccount }) => isManagementAccount)).toHaveLength(1);
    });

    it('places every account', async () => {
      const tree = await walkTree(own.organizations, SIGNAL, { accounts: true });
      const { root, workloads, prod, sandbox } = world.units;
      const { management, alpha, beta, gamma } = world.accounts;
      expect(tree.failure).toBeUndefined();
      expect(tree.units).toEqual(new Set([root, workloads, prod, sandbox]));
      expect(new Map((await listed()).map(({ id }) => [id, tree.placementOf(id)]))).toEqual(
        new Map([
          [management, { known: true, path: [root] }],
          [alpha, { known: true, path: [root, workloads, prod] }],
          [beta, { known: true, path: [root, sandbox] }],
          [gamma, { known: true, path: [root] }],
        ]),
      );
    });

    it.each([true, false])('finds the opt-out tag, with the tagging API asked first: %s', async (asked) => {
      const { alpha, beta } = world.accounts;
      const states = await openOptOutTags({
        organizations: own.organizations,
        tagging: asked ? own.tagging() : undefined,
        tag: { key: 'keysweep', value: 'opt-out' },
        signal: SIGNAL,
      })([alpha, beta]);
      expect(states).toEqual(
        new Map([
          [alpha, { known: true, optedOut: false }],
          [beta, { known: true, optedOut: true }],
        ]),
      );
    });
  });
});
