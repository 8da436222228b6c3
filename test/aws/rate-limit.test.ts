import { ListAccountsCommand, ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';

import { describeOrganization } from '../../src/organization/describe.ts';
import { listAccounts } from '../support/list-accounts.ts';
import { openOptOutTags } from '../../src/organization/opt-out-tags.ts';
import { walkTree } from '../../src/organization/ou-tree.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { onSandbox } from '../support/sweeping.ts';

const SIGNAL = new AbortController().signal;

/** Six OUs, four levels deep, with 100 accounts in each. */
function sixHundredAccounts(): SandboxOrganization {
  const organization = new SandboxOrganization();
  for (const levels of [
    ['a', 'b', 'c', 'd'],
    ['e', 'f'],
  ]) {
    let parent = organization.root;
    for (const name of levels) {
      parent = organization.addOrganizationalUnit(name, parent);
      for (let index = 0; index < 100; index += 1) organization.addAccount({ parent });
    }
  }
  return organization;
}

function refused(sandbox: Sandbox): string[] {
  return sandbox.calls.all.flatMap(({ call, error }) => (error === undefined ? [] : [`${call} ${error}`]));
}

describe.concurrent('the rate limit for Organizations', () => {
  it('reads 600 accounts, their OUs and tags without a throttle', async (context) => {
    const { sandbox, dependencies } = await onSandbox({
      organization: sixHundredAccounts(),
      sandbox: { throttles: 'documented' },
      paced: true,
      context,
    });
    const { clients } = dependencies();
    const { organizations } = clients;
    const organization = await describeOrganization(organizations, SIGNAL);
    const accounts = await listAccounts(organizations, organization, SIGNAL);
    const ids = accounts.map(({ id }) => id);
    const lookup = { organizations, tag: { key: 'keysweep', value: 'opt-out' }, signal: SIGNAL };
    const [tree, oneByOne] = await Promise.all([
      walkTree(organizations, SIGNAL, { accounts: true }),
      openOptOutTags({ ...lookup, tagging: undefined })(ids.slice(0, 50)),
    ]);
    await openOptOutTags({ ...lookup, tagging: clients.tagging() })(ids.slice(0, 1));

    expect(accounts).toHaveLength(601);
    expect(ids.every((id) => tree.placementOf(id).known)).toBe(true);
    expect([...oneByOne.values()].every(({ known }) => known)).toBe(true);
    expect(sandbox.calls.counts()).toMatchObject({
      'organizations:ListAccounts': 31,
      'organizations:ListRoots': 1,
      'organizations:ListOrganizationalUnitsForParent': 7,
      'organizations:ListAccountsForParent': 6 * 5 + 1,
    });
    expect(refused(sandbox)).toEqual([]);
  });

  it('is needed: without it, AWS throttles', async (context) => {
    const { sandbox } = await onSandbox({
      organization: new SandboxOrganization(),
      sandbox: { throttles: 'documented' },
      context,
    });
    const { url: endpoint, region, credentials } = sandbox;
    const client = new OrganizationsClient({ endpoint, region, credentials, maxAttempts: 1 });
    await Promise.allSettled(Array.from({ length: 5 }, () => client.send(new ListRootsCommand({}))));
    expect(refused(sandbox)).toHaveLength(3);
    expect(refused(sandbox)).toContain('ListRoots TooManyRequestsException');
  });

  it('counts retries, and does not delay calls with another bucket', async (context) => {
    const { sandbox, dependencies } = await onSandbox({
      organization: new SandboxOrganization(),
      paced: true,
      context,
    });
    const { organizations } = dependencies().clients;
    sandbox.faults.add({
      service: 'organizations',
      call: 'ListRoots',
      kind: 'unavailable',
      occurrence: { from: 1, to: 2 },
    });
    const began = performance.now();
    const roots = organizations.send(new ListRootsCommand({}));
    await organizations.send(new ListAccountsCommand({}));
    expect(sandbox.calls.of('organizations', 'ListRoots').length).toBeLessThan(3);
    await roots;
    // Three requests where two may be sent in two seconds.
    expect(sandbox.calls.of('organizations', 'ListRoots')).toHaveLength(3);
    expect(performance.now() - began).toBeGreaterThan(1_900);
  });
});

describe.concurrent('the retries of the clients', () => {
  it('retry after ten seconds without an answer', async (context) => {
    const { sandbox, dependencies } = await onSandbox({
      organization: new SandboxOrganization(),
      context,
    });
    sandbox.faults.add({ service: 'sts', kind: 'timeout' });
    const began = performance.now();
    await dependencies().clients.sts.send(new GetCallerIdentityCommand({}));
    expect(performance.now() - began).toBeGreaterThan(9_900);
    expect(sandbox.calls.of('sts', 'GetCallerIdentity').map(({ error }) => error)).toEqual([
      'timeout',
      undefined,
    ]);
  });

  it('retry after a reset connection, a service error and a throttle', async (context) => {
    const { sandbox, dependencies } = await onSandbox({
      organization: new SandboxOrganization(),
      context,
    });
    sandbox.faults.add(
      { service: 'sts', kind: 'reset', occurrence: 1 },
      { service: 'sts', kind: 'unavailable', occurrence: 2 },
      { service: 'sts', kind: 'throttle', occurrence: 3 },
    );
    await dependencies().clients.sts.send(new GetCallerIdentityCommand({}));
    expect(sandbox.faults.fired).toBe(3);
  });
});
