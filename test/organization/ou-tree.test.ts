import type { ListAccountsForParentCommandInput } from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';

import { findAccountOus, walkTree } from '../../src/organization/ou-tree.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { organizationsAnswering } from '../support/answering.ts';
import { account } from '../support/records.ts';
import { onSandbox } from '../support/sweeping.ts';

/** Root / one / two / three / four / five, and root / aside; an account in each, a second page of them in `two`. */
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

const placed = (path: readonly string[]) => ({ known: true, path });
const lost = (kind: string) => ({ known: false, failure: expect.objectContaining({ kind }) as object });

describe.concurrent('where accounts hang', () => {
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
    const found = await findAccountOus(
      dependencies().clients.organizations,
      [...accounts, beside].map(account),
      context.signal,
    );
    expect(found.byAccount).toEqual(
      new Map([
        ...accounts.map((id, depth) => [id, placed(path(depth))] as const),
        [beside, placed([organization.root.id, aside.id])],
      ]),
    );
    expect(sandbox.faults.fired).toBe(3);
    expect(found.organizationalUnits).toEqual(new Set([...units, aside].map(({ id }) => id)));
  });

  it.for(['ListAccountsForParent', 'ListOrganizationalUnitsForParent'])(
    'stays unknown only below what %s could not be asked about',
    async (call, context) => {
      const { organization, units, aside, accounts, beside, path } = nested();
      const { sandbox, dependencies } = await onSandbox({ organization, context });
      const where = { ParentId: units[3]?.id ?? '' };
      sandbox.faults.add({ service: 'organizations', call, where, occurrence: 'every', kind: 'denied' });
      const { byAccount, organizationalUnits } = await findAccountOus(
        dependencies().clients.organizations,
        [...accounts, beside].map(account),
        context.signal,
      );
      const unknown = call === 'ListAccountsForParent' ? [3] : [4, 5];
      expect([...byAccount.values()]).toEqual([
        ...accounts.map((_, depth) => (unknown.includes(depth) ? lost('denied') : placed(path(depth)))),
        placed([organization.root.id, aside.id]),
      ]);
      expect(byAccount.has(beside)).toBe(true);
      expect(organizationalUnits).toBeUndefined();
    },
  );

  it('is unknown everywhere when there are no roots to start from', async (context) => {
    const { organization, accounts } = nested();
    const { sandbox, dependencies } = await onSandbox({ organization, context });
    sandbox.faults.add({ service: 'organizations', call: 'ListRoots', occurrence: 'every', kind: 'denied' });
    const { organizations } = dependencies().clients;
    const { byAccount, organizationalUnits } = await findAccountOus(
      organizations,
      accounts.map(account),
      context.signal,
    );
    expect([...byAccount.values()]).toEqual(accounts.map(() => lost('denied')));
    expect(organizationalUnits).toBeUndefined();
  });

  it.for([
    ['down, and is met twice', 1, 3, 'is in 2 OUs at once'] as const,
    ['up, and is met never', 3, 1, 'is in no OU that could be listed'] as const,
  ])('is unknown for an account that is moved %s during the walk', async ([, from, to, where], context) => {
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
    const { byAccount } = await findAccountOus(organizations, accounts.map(account), context.signal);
    expect(byAccount.get(moving)).toMatchObject({
      known: false,
      failure: { kind: 'failed', code: 'UnknownPlacement', message: `account ${moving} ${where}` },
    });
    expect(byAccount.get(accounts[2] ?? '')).toEqual(placed(path(2)));
  });

  it('is told with the OUs that were met, parents first, their names and their accounts', async (context) => {
    const { organization, units, aside, accounts, beside } = nested();
    const { dependencies } = await onSandbox({ organization, context });
    const { organizations } = dependencies().clients;
    const { units: listed } = await findAccountOus(organizations, accounts.map(account), context.signal);
    const { root, managementAccount } = organization;
    const unit = (depth: number) => {
      const { id, name } = units[depth]!;
      return { id, name, parent: units[depth - 1]!.id, accounts: [accounts[depth]] };
    };
    const byName = [...listed!].sort((a, b) => a.name.localeCompare(b.name));
    expect(byName).toStrictEqual([
      { id: aside.id, name: 'aside', parent: root.id, accounts: [beside] },
      ...[5, 4, 1].map(unit),
      { id: root.id, name: 'Root', accounts: [accounts[0], managementAccount.id] },
      ...[3, 2].map(unit),
    ]);
    const order = listed!.map(({ id }) => id);
    for (const { id, parent = root.id } of listed!)
      expect(order.indexOf(parent)).toBeLessThanOrEqual(order.indexOf(id));
  });

  it('is told with what kept the tree from being read whole, and what was met nevertheless', async (context) => {
    const { organization, units, aside, accounts } = nested();
    const { sandbox, dependencies } = await onSandbox({ organization, context });
    const { organizations } = dependencies().clients;
    const whole = await findAccountOus(organizations, accounts.map(account), context.signal);
    expect(whole).not.toHaveProperty('incomplete');
    const where = { ParentId: units[2]!.id };
    const call = 'ListOrganizationalUnitsForParent';
    sandbox.faults.add({ service: 'organizations', call, where, occurrence: 'every', kind: 'denied' });
    const { incomplete } = await findAccountOus(organizations, accounts.map(account), context.signal);
    expect(incomplete).toEqual({
      failure: expect.objectContaining({ kind: 'denied', call: `organizations:${call}` }) as object,
      met: new Set([units[0]!.id, units[1]!.id, aside.id, units[2]!.id]),
    });
  });

  it.for([
    ['ListRoots', []],
    ['ListOrganizationalUnitsForParent', [{ Roots: [{ Id: 'r-ab12', Name: 'Root' }] }]],
    [
      'ListAccountsForParent',
      [{ Roots: [{ Id: 'r-ab12', Name: 'Root' }] }, { OrganizationalUnits: [], Accounts: undefined }],
    ],
  ] as const)(
    'is unknown when %s is answered without a list, and says so',
    async ([call, before], context) => {
      const client = organizationsAnswering(...before, {});
      const { incomplete } = await findAccountOus(client, [account('111111111111')], context.signal);
      expect(incomplete?.failure).toEqual({
        kind: 'failed',
        call: `organizations:${call}`,
        code: 'IncompleteAnswer',
        message: 'a page holds no list',
      });
    },
  );

  it('is unknown when an entry has no id, and says so', async (context) => {
    const client = organizationsAnswering({ Roots: [{ Name: 'Root' }] });
    const { incomplete, units } = await findAccountOus(client, [account('111111111111')], context.signal);
    expect(incomplete?.failure.message).toBe('an entry has no id');
    expect(units).toEqual([]);
  });

  it.for(['Roots', 'OrganizationalUnits', 'Accounts'])(
    'is unknown when the same token comes again with %s',
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
      const { incomplete } = await findAccountOus(client, [account('111111111111')], context.signal);
      expect(incomplete?.failure).toMatchObject({ code: 'RepeatedToken' });
    },
  );

  it.for([
    ['for units', 'ListOrganizationalUnitsForParent'],
    ['for accounts', 'ListAccountsForParent'],
  ] as const)('is given up by a walk %s when the time is over at %s', async ([look, call]) => {
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
    const { failure } = await walkTree(client, over.signal, look);
    expect(failure).toMatchObject({ kind: 'not-reached' });
  });

  it('is not looked for when the time is over', async () => {
    const client = organizationsAnswering({});
    const { incomplete, byAccount } = await findAccountOus(
      client,
      [account('111111111111')],
      AbortSignal.abort(),
    );
    expect(incomplete?.failure).toMatchObject({ kind: 'not-reached', call: 'organizations:ListRoots' });
    expect(byAccount.get('111111111111')).toEqual(lost('not-reached'));
  });

  it('is unknown for an account that is in no OU', async (context) => {
    const { organization, accounts } = nested();
    const { dependencies } = await onSandbox({ organization, context });
    const { organizations } = dependencies().clients;
    const { byAccount } = await findAccountOus(
      organizations,
      ['000000000000', ...accounts].map(account),
      context.signal,
    );
    expect(byAccount.get('000000000000')).toEqual({
      known: false,
      failure: {
        kind: 'failed',
        call: 'organizations:ListAccountsForParent',
        code: 'UnknownPlacement',
        message: 'account 000000000000 is in no OU that could be listed',
      },
    });
  });

  it.for([
    ['without a list', {}] as const,
    ['with an entry that has no id', { Roots: [{ Name: 'Root' }] }] as const,
  ])('is unknown when an answer comes %s', async ([, answer], context) => {
    const client = organizationsAnswering(answer);
    const { byAccount, organizationalUnits } = await findAccountOus(
      client,
      [account('111111111111')],
      context.signal,
    );
    expect(byAccount.get('111111111111')).toMatchObject({
      known: false,
      failure: { code: 'IncompleteAnswer' },
    });
    expect(organizationalUnits).toBeUndefined();
  });
});
