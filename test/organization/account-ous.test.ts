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
  const places = openAccountOus(
    organizations,
    { id: organization.id, managementAccountId: organization.managementAccount.id },
    SIGNAL,
  );
  /** As the list gives it, with its path or without. */
  const listed = (ids: readonly string[], withPath = true): ListedAccount => {
    const parent = [root, workloads, prod].find(({ id }) => id === ids.at(-1));
    const { id } = organization.addAccount(parent ? { parent } : {});
    const paths = [[organization.id, ...ids, id, ''].join('/')];
    return { id, name: 'a', state: 'ACTIVE', isManagementAccount: false, ...(withPath && { paths }) };
  };
  const asked = (call: string): number => on.sandbox.calls.of('organizations', call).length;
  return {
    on,
    places,
    listed,
    asked,
    root: root.id,
    workloads: workloads.id,
    prod: prod.id,
    empty: empty.id,
  };
}

const known = (...path: string[]) => ({ known: true, path });

describe('the places of accounts whose paths the list gives', () => {
  it('are known without any call, and so are the OUs on the way', async () => {
    const { on, places, listed, root, workloads, prod } = await tree();
    const page = [listed([root]), listed([root, workloads, prod]), listed([root, workloads, prod])];
    const [first, second, third] = page.map(({ id }) => id);
    expect(await places.of(page)).toEqual(
      new Map([
        [first, known(root)],
        [second, known(root, workloads, prod)],
        [third, known(root, workloads, prod)],
      ]),
    );
    expect(places.met()).toEqual(new Set([root, workloads, prod]));
    expect(await places.units(() => true)).toEqual({
      met: places.met(),
      units: [
        { id: root, name: root, accounts: [first] },
        { id: workloads, name: workloads, parent: root, accounts: [] },
        { id: prod, name: prod, parent: workloads, accounts: [second, third] },
      ],
      failure: undefined,
    });
    expect(on.sandbox.calls.all).toEqual([]);
  });

  it('are followed by a walk for OUs only, where those that were met are not enough', async () => {
    const { places, listed, asked, root, workloads, prod, empty } = await tree();
    await places.of([listed([root, workloads])]);
    const offered: string[][] = [];
    const { met, units, failure } = await places.units((some) => {
      offered.push([...some]);
      return false;
    });
    expect(offered).toEqual([[root, workloads]]);
    expect(met).toEqual(new Set([root, workloads, prod, empty]));
    expect(units.map(({ id }) => id)).toEqual([root, workloads]);
    expect(failure).toBeUndefined();
    expect(asked('ListRoots')).toBe(1);
    expect(asked('ListAccountsForParent')).toBe(0);
  });
});

describe('the places of accounts of which one has no path', () => {
  it('are found by one walk for all such pages, by name', async () => {
    const { places, listed, asked, root, workloads, prod } = await tree();
    const pages = [
      [listed([root]), listed([root, workloads], false)],
      [listed([root, workloads, prod], false)],
    ];
    const [first, second] = await Promise.all(pages.map((page) => places.of(page)));
    expect([...first!.values()]).toEqual([known(root), known(root, workloads)]);
    expect([...second!.values()]).toEqual([known(root, workloads, prod)]);
    expect(asked('ListRoots')).toBe(1);
    const { units, failure } = await places.units(() => true);
    expect(units.map(({ name, parent }) => `${name} below ${parent ?? 'nothing'}`)).toEqual([
      'Root below nothing',
      `Workloads below ${root}`,
      `Empty below ${root}`,
      `Prod below ${workloads}`,
    ]);
    expect(failure).toBeUndefined();
    expect(asked('ListRoots')).toBe(1);
  });

  it('are known from the list on pages where all have one', async () => {
    const { places, listed, root, workloads, prod } = await tree();
    await places.of([listed([root], false)]);
    const page = [listed([root, workloads, prod])];
    expect([...(await places.of(page)).values()]).toEqual([known(root, workloads, prod)]);
  });

  it('are unknown with the failure of the walk, which may have missed OUs', async () => {
    const { on, places, listed, root, workloads } = await tree();
    on.sandbox.faults.add({
      service: 'organizations',
      call: 'ListAccountsForParent',
      occurrence: 'every',
      kind: 'denied',
    });
    const denied = expect.objectContaining({ kind: 'denied' }) as object;
    const states = await places.of([listed([root, workloads], false)]);
    expect([...states.values()]).toEqual([{ known: false, failure: denied }]);
    expect((await places.units(() => true)).failure).toEqual(denied);
  });
});
