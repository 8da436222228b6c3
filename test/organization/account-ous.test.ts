import { describe, expect, it } from 'vitest';

import type { ListedAccount } from '../../src/organization/account.ts';
import { openAccountOus } from '../../src/organization/account-ous.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { onSandbox } from '../support/sweeping.ts';

const SIGNAL = new AbortController().signal;

/** Root / Workloads / Prod and root / Empty; an account at the root, in Workloads, and two in Prod. */
async function tree() {
  const organization = new SandboxOrganization();
  const { root } = organization;
  const workloads = organization.addOrganizationalUnit('Workloads');
  const prod = organization.addOrganizationalUnit('Prod', workloads);
  const empty = organization.addOrganizationalUnit('Empty');
  const on = await onSandbox({ organization });
  const { organizations } = on.dependencies().clients;
  const ous = openAccountOus(
    organizations,
    { id: organization.id, managementAccountId: organization.managementAccount.id },
    SIGNAL,
  );
  /** As `ListAccounts` returns it, with its path or without. */
  const listed = (ids: readonly string[], withPath = true): ListedAccount => {
    const parent = [root, workloads, prod].find(({ id }) => id === ids.at(-1));
    const { id } = organization.addAccount(parent ? { parent } : {});
    const paths = [[organization.id, ...ids, id, ''].join('/')];
    return { id, name: 'a', state: 'ACTIVE', isManagementAccount: false, ...(withPath && { paths }) };
  };
  const calls = (call: string): number => on.sandbox.calls.of('organizations', call).length;
  const ids = { root: root.id, workloads: workloads.id, prod: prod.id, empty: empty.id };
  return { on, ous, listed, calls, ...ids };
}

const known = (...path: string[]) => ({ known: true, path });

describe('the OUs of accounts on pages where all have a path', () => {
  it('need no call, and include the OUs above', async () => {
    const { on, ous, listed, root, workloads, prod } = await tree();
    const page = [listed([root]), listed([root, workloads, prod]), listed([root, workloads, prod])];
    const [first, second, third] = page.map(({ id }) => id);
    expect(await ous.of(page)).toEqual(
      new Map([
        [first, known(root)],
        [second, known(root, workloads, prod)],
        [third, known(root, workloads, prod)],
      ]),
    );
    expect(ous.seen()).toEqual(new Set([root, workloads, prod]));
    expect(await ous.units(() => true)).toEqual({
      seen: ous.seen(),
      units: [
        { id: root, name: root, accounts: [first] },
        { id: workloads, name: workloads, parent: root, accounts: [] },
        { id: prod, name: prod, parent: workloads, accounts: [second, third] },
      ],
      failure: undefined,
    });
    expect(on.sandbox.calls.all).toEqual([]);
  });

  it('need a walk for OUs only, where those seen are not enough', async () => {
    const { ous, listed, calls, root, workloads, prod, empty } = await tree();
    await ous.of([listed([root, workloads])]);
    const offered: string[][] = [];
    const { seen, units, failure } = await ous.units((some) => {
      offered.push([...some]);
      return false;
    });
    expect(offered).toEqual([[root, workloads]]);
    expect(seen).toEqual(new Set([root, workloads, prod, empty]));
    expect(units.map(({ id, name }) => [id, name])).toEqual([
      [root, 'Root'],
      [workloads, 'Workloads'],
    ]);
    expect(failure).toBeUndefined();
    expect(calls('ListRoots')).toBe(1);
    expect(calls('ListAccountsForParent')).toBe(0);
  });
});

describe('the OUs of accounts on pages where one has no path', () => {
  it('are found by one walk for all such pages, with their names', async () => {
    const { ous, listed, calls, root, workloads, prod } = await tree();
    const pages = [
      [listed([root]), listed([root, workloads], false)],
      [listed([root, workloads, prod], false)],
    ];
    const [first, second] = await Promise.all(pages.map((page) => ous.of(page)));
    expect([...first!.values()]).toEqual([known(root), known(root, workloads)]);
    expect([...second!.values()]).toEqual([known(root, workloads, prod)]);
    expect(calls('ListRoots')).toBe(1);
    const { units, failure } = await ous.units(() => true);
    expect(units.map(({ name, parent }) => `${name} below ${parent ?? 'nothing'}`)).toEqual([
      'Root below nothing',
      `Workloads below ${root}`,
      `Empty below ${root}`,
      `Prod below ${workloads}`,
    ]);
    expect(failure).toBeUndefined();
    expect(calls('ListRoots')).toBe(1);
  });

  it('still come from the path on pages where all have one', async () => {
    const { ous, listed, root, workloads, prod } = await tree();
    await ous.of([listed([root], false)]);
    const page = [listed([root, workloads, prod])];
    expect([...(await ous.of(page)).values()]).toEqual([known(root, workloads, prod)]);
  });

  it('are unknown when the walk fails, with its failure', async () => {
    const { on, ous, listed, root, workloads } = await tree();
    on.sandbox.faults.add({
      service: 'organizations',
      call: 'ListAccountsForParent',
      occurrence: 'every',
      kind: 'denied',
    });
    const denied = expect.objectContaining({ kind: 'denied' }) as object;
    const states = await ous.of([listed([root, workloads], false)]);
    expect([...states.values()]).toEqual([{ known: false, failure: denied }]);
    expect((await ous.units(() => true)).failure).toEqual(denied);
  });
});
