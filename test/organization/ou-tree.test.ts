import type { ListAccountsForParentCommandInput, OrganizationsClient } from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';

import { walkTree, type WalkedTree } from '../../src/organization/ou-tree.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { organizationsAnswering } from '../support/answering.ts';
import { onSandbox } from '../support/sweeping.ts';

/**
 * Root / one / two / three / four / five, and root / aside; an account in each, a second page of them in
 * `two`.
 */
function nested() {
  const organization = new SandboxOrganization();
  const units = [organization.root];
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    units.push(organization.addOrganizationalUnit(name, units.at(-1)));
  }
  const aside = organization.addOrganizationalUnit('aside');
  const accounts = units.map((parent) => organization.addAccount({ parent }).id);
  const beside = organization.addAccount({ parent: aside }).id;
  const path = (depth: number): string[] => units.slice(0, depth + 1).map(({ id }) => id);
  return { organization, units, aside, accounts, beside, path };
}

const known = (path: readonly string[]) => ({ known: true, path });
const unknown = (kind: string) => ({ known: false, failure: expect.objectContaining({ kind }) as object });

const walk = (client: OrganizationsClient, signal: AbortSignal): Promise<WalkedTree> =>
  walkTree(client, signal, { accounts: true });

describe.concurrent('the placement of an account', () => {
  it('is known for every account, five levels down', async (context) => {
    const { organization, units, aside, accounts, beside, path } = nested();
    const { sandbox, dependencies } = await onSandbox({
      organization,
      sandbox: {
        faults: [
          { service: 'organizations', call: 'ListAccountsForParent', occurrence: 3, kind: 'empty-page' },
          {
            service: 'organizations',
            call: 'ListOrganizationalUnitsForParent',
            occurrence: 2,
            kind: 'empty-page',
          },
          { service: 'organizations', call: 'ListRoots', occurrence: 1, kind: 'empty-page' },
        ],
      },
      context,
    });
    const tree = await walk(dependencies().clients.organizations, context.signal);
    expect([...accounts, beside].map(tree.placementOf)).toEqual([
      ...accounts.map((_, depth) => known(path(depth))),
      known([organization.root.id, aside.id]),
    ]);
    expect(sandbox.faults.fired).toBe(3);
    expect(tree.failure).toBeUndefined();
    expect(tree.units).toEqual(new Set([...units, aside].map(({ id }) => id)));
  });

  it.for(['ListAccountsForParent', 'ListOrganizationalUnitsForParent'])(
    'is unknown only where %s failed',
    async (call, context) => {
      const { organization, units, aside, accounts, beside, path } = nested();
      const { sandbox, dependencies } = await onSandbox({ organization, context });
      const where = { ParentId: units[3]?.id ?? '' };
      sandbox.faults.add({ service: 'organizations', call, where, occurrence: 'every', kind: 'denied' });
      const tree = await walk(dependencies().clients.organizations, context.signal);
      const below = call === 'ListAccountsForParent' ? [3] : [4, 5];
      expect([...accounts, beside].map(tree.placementOf)).toEqual([
        ...accounts.map((_, depth) => (below.includes(depth) ? unknown('denied') : known(path(depth)))),
        known([organization.root.id, aside.id]),
      ]);
      expect(tree.failure).toMatchObject({ kind: 'denied' });
    },
  );

  it('is unknown for every account when the roots cannot be listed', async (context) => {
    const { organization, accounts } = nested();
    const { sandbox, dependencies } = await onSandbox({ organization, context });
    sandbox.faults.add({ service: 'organizations', call: 'ListRoots', occurrence: 'every', kind: 'denied' });
    const { organizations } = dependencies().clients;
    const tree = await walk(organizations, context.signal);
    expect(accounts.map(tree.placementOf)).toEqual(accounts.map(() => unknown('denied')));
    expect(tree.failure).toMatchObject({ kind: 'denied' });
  });

  it.for([
    ['down, so found twice', 1, 3, 'is in 2 OUs at once'] as const,
    ['up, so found never', 3, 1, 'is in no OU that could be listed'] as const,
  ])('is unknown for an account that is moved %s, during the walk', async ([, from, to, where], context) => {
    const { organization, units, accounts, path } = nested();
    const { dependencies } = await onSandbox({ organization, context });
    const { organizations } = dependencies().clients;
    const [moving = '', target = units[0]] = [accounts[from], units[to]];
    organizations.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          const { ParentId } = args.input as ListAccountsForParentCommandInput;
          if (commandName === 'ListAccountsForParentCommand' && ParentId === units[2]?.id && target)
            organization.moveAccount(moving, target);
          return answer;
        },
      { step: 'initialize' },
    );
    const tree = await walk(organizations, context.signal);
    expect(tree.placementOf(moving)).toMatchObject({
      known: false,
      failure: { kind: 'failed', code: 'UnknownPlacement', message: `account ${moving} ${where}` },
    });
    expect(tree.placementOf(accounts[2] ?? '')).toEqual(known(path(2)));
  });

  it('comes with the OUs, parents first, their names and their accounts', async (context) => {
    const { organization, units, aside, accounts, beside } = nested();
    const { dependencies } = await onSandbox({ organization, context });
    const { organizations } = dependencies().clients;
    const listed = (await walk(organizations, context.signal)).listed();
    const { root, managementAccount } = organization;
    const unit = (depth: number) => {
      const { id, name } = units[depth]!;
      return { id, name, parent: units[depth - 1]!.id, accounts: [accounts[depth]] };
    };
    const byName = [...listed].sort((a, b) => a.name.localeCompare(b.name));
    expect(byName).toStrictEqual([
      { id: aside.id, name: 'aside', parent: root.id, accounts: [beside] },
      ...[5, 4, 1].map(unit),
      { id: root.id, name: 'Root', accounts: [accounts[0], managementAccount.id] },
      ...[3, 2].map(unit),
    ]);
    const order = listed.map(({ id }) => id);
    for (const { id, parent = root.id } of listed)
      expect(order.indexOf(parent)).toBeLessThanOrEqual(order.indexOf(id));
  });

  it('comes with the failure of an incomplete walk, and the OUs that it could read', async (context) => {
    const { organization, units, aside } = nested();
    const { sandbox, dependencies } = await onSandbox({ organization, context });
    const { organizations } = dependencies().clients;
    expect((await walk(organizations, context.signal)).failure).toBeUndefined();
    const where = { ParentId: units[2]!.id };
    const call = 'ListOrganizationalUnitsForParent';
    sandbox.faults.add({ service: 'organizations', call, where, occurrence: 'every', kind: 'denied' });
    const { failure, units: read } = await walk(organizations, context.signal);
    expect(failure).toMatchObject({ kind: 'denied', call: `organizations:${call}` });
    expect(read).toEqual(new Set([units[0]!.id, units[1]!.id, aside.id, units[2]!.id]));
  });

  it.for([
    ['ListRoots', []],
    ['ListOrganizationalUnitsForParent', [{ Roots: [{ Id: 'r-ab12', Name: 'Root' }] }]],
    [
      'ListAccountsForParent',
      [{ Roots: [{ Id: 'r-ab12', Name: 'Root' }] }, { OrganizationalUnits: [], Accounts: undefined }],
    ],
  ] as const)('is unknown when a response to %s has no list', async ([call, before], context) => {
    const client = organizationsAnswering(...before, {});
    expect((await walk(client, context.signal)).failure).toEqual({
      kind: 'failed',
      call: `organizations:${call}`,
      code: 'IncompleteAnswer',
      message: 'a page has no list',
    });
  });

  it('is unknown when an entry has no ID', async (context) => {
    const client = organizationsAnswering({ Roots: [{ Name: 'Root' }] });
    const { failure, listed } = await walk(client, context.signal);
    expect(failure?.message).toBe('an entry has no ID');
    expect(listed()).toEqual([]);
  });

  it.for(['Roots', 'OrganizationalUnits', 'Accounts'])(
    'is unknown when two pages of %s have the same token',
    async (list, context) => {
      const roots = { Roots: [{ Id: 'r-ab12' }] };
      const page = { OrganizationalUnits: [], Accounts: [] };
      const again = { ...page, NextToken: 'a' };
      const answers = {
        Roots: [{ ...roots, NextToken: 'a' }],
        OrganizationalUnits: [roots, again, page, again],
        Accounts: [roots, page, again],
      };
      const client = organizationsAnswering(...answers[list as keyof typeof answers]);
      expect((await walk(client, context.signal)).failure).toMatchObject({ code: 'RepeatedToken' });
    },
  );

  it.for([
    ['of OUs', 'ListOrganizationalUnitsForParent', { accounts: false }],
    ['with accounts', 'ListAccountsForParent', { accounts: true }],
  ] as const)('is unknown when a walk %s is aborted at %s', async ([, call, read]) => {
    const roots = { Roots: [{ Id: 'r-ab12' }] };
    const client = organizationsAnswering(roots, { OrganizationalUnits: [], Accounts: [] });
    const over = new AbortController();
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === `${call}Command`) over.abort();
          return next(args);
        },
      { step: 'initialize' },
    );
    const { failure } = await walkTree(client, over.signal, read);
    expect(failure).toMatchObject({ kind: 'not-reached' });
  });

  it('is unknown, and the walk ends, when an OU is listed below itself', async (context) => {
    const { organization, units } = nested();
    const [top] = units;
    const { sandbox, dependencies } = await onSandbox({ organization, context });
    sandbox.faults.add({
      service: 'organizations',
      call: 'ListOrganizationalUnitsForParent',
      kind: 'other-answer',
      occurrence: 'every',
      instead: { parameters: { ParentId: organization.root.id } },
    });
    const tree = await walk(dependencies().clients.organizations, context.signal);
    expect(tree.failure).toMatchObject({ kind: 'failed', code: 'UnitListedTwice' });
    expect(tree.units).toContain(top?.id);
  });

  it('is unknown when the run is aborted before the walk', async () => {
    const tree = await walk(organizationsAnswering({}), AbortSignal.abort());
    expect(tree.failure).toMatchObject({ kind: 'not-reached', call: 'organizations:ListRoots' });
    expect(tree.placementOf('111111111111')).toEqual(unknown('not-reached'));
  });

  it('is unknown for an account that is in no OU', async (context) => {
    const { organization } = nested();
    const { dependencies } = await onSandbox({ organization, context });
    const tree = await walk(dependencies().clients.organizations, context.signal);
    expect(tree.placementOf('000000000000')).toEqual({
      known: false,
      failure: {
        kind: 'failed',
        call: 'organizations:ListAccountsForParent',
        code: 'UnknownPlacement',
        message: 'account 000000000000 is in no OU that could be listed',
      },
    });
  });

  it.for([['no list', {}] as const, ['an entry without ID', { Roots: [{ Name: 'Root' }] }] as const])(
    'is unknown when a response has %s',
    async ([, answer], context) => {
      const tree = await walk(organizationsAnswering(answer), context.signal);
      expect(tree.placementOf('111111111111')).toMatchObject({
        known: false,
        failure: { code: 'IncompleteAnswer' },
      });
      expect(tree.failure).toMatchObject({ code: 'IncompleteAnswer' });
    },
  );
});
