import type { ListAccountsForParentCommandInput } from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';

import { findPlacements } from '../../src/organization/placements.ts';
import { SandboxOrganization } from '../../src/sandbox/organization.ts';
import { organizationsAnswering } from '../calls/answering.ts';
import { account } from '../ledger/records.ts';
import { onSandbox } from '../sweep/sweeping.ts';

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
    const found = await findPlacements(
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
      const { byAccount, organizationalUnits } = await findPlacements(
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
    const { byAccount, organizationalUnits } = await findPlacements(
      organizations,
      accounts.map(account),
      context.signal,
    );
    expect([...byAccount.values()]).toEqual(accounts.map(() => lost('denied')));
    expect(organizationalUnits).toBeUndefined();
  });

  it.for([['down, and is met twice', 1, 3] as const, ['up, and is met never', 3, 1] as const])(
    'is unknown for an account that is moved %s during the walk',
    async ([, from, to], context) => {
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
      const { byAccount } = await findPlacements(organizations, accounts.map(account), context.signal);
      expect(byAccount.get(moving)).toMatchObject({
        known: false,
        failure: { kind: 'failed', code: 'UnknownPlacement' },
      });
      expect(byAccount.get(accounts[2] ?? '')).toEqual(placed(path(2)));
    },
  );

  it('is unknown for an account that is in no OU', async (context) => {
    const { organization, accounts } = nested();
    const { dependencies } = await onSandbox({ organization, context });
    const { organizations } = dependencies().clients;
    const { byAccount } = await findPlacements(
      organizations,
      ['000000000000', ...accounts].map(account),
      context.signal,
    );
    expect(byAccount.get('000000000000')).toMatchObject({
      known: false,
      failure: { code: 'UnknownPlacement' },
    });
  });

  it.for([
    ['without a list', {}] as const,
    ['with an entry that has no id', { Roots: [{ Name: 'Root' }] }] as const,
  ])('is unknown when an answer comes %s', async ([, answer], context) => {
    const client = organizationsAnswering(answer);
    const { byAccount, organizationalUnits } = await findPlacements(
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
