import { describe, expect, it } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import type { Failure } from '../../src/aws/failure.ts';
import { failureOf } from '../../src/aws/calling.ts';
import { listAccounts } from '../support/list-accounts.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import type { SandboxOptions } from '../../sandbox/sandbox.ts';
import { assume } from '../support/sdk-clients.ts';
import { organizationsAnswering } from '../support/answering.ts';
import { onSandbox } from '../support/sweeping.ts';

const SIGNAL = new AbortController().signal;
const MANAGEMENT = '999999999999';
const ORGANIZATION = { id: 'o-a1b2c3d4e5', managementAccountId: MANAGEMENT };

const OTHER_ARN = 'arn:aws:organizations::888888888888:account/o-zzzzzzzzzz/111111111111';

function organizationWith(accounts: number): SandboxOrganization {
  const organization = new SandboxOrganization();
  for (let index = 0; index < accounts; index += 1) organization.addAccount();
  return organization;
}

const idsOf = ({ id }: SandboxOrganization) => ({ ...ORGANIZATION, id });

async function listedOn(organization: SandboxOrganization, options: SandboxOptions = {}) {
  const { sandbox, dependencies } = await onSandbox({ organization, sandbox: options });
  const { organizations } = dependencies().clients;
  const accounts = await listAccounts(organizations, idsOf(organization), SIGNAL);
  return { accounts, sandbox };
}

async function failed(listing: Promise<unknown>): Promise<Failure> {
  return failureOf('keysweep', await listing.catch((error: unknown) => error));
}

describe('the list of accounts', () => {
  it('is complete over many pages, some of them empty', async () => {
    const { accounts, sandbox } = await listedOn(organizationWith(45), {
      pages: { maximumSize: 7, emptyFirst: true },
      faults: [{ service: 'organizations', call: 'ListAccounts', occurrence: 4, kind: 'empty-page' }],
    });
    expect(accounts).toHaveLength(46);
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(46);
    expect(accounts.filter(({ isManagementAccount }) => isManagementAccount)).toMatchObject([
      { id: MANAGEMENT, name: 'Management', state: 'ACTIVE' },
    ]);
    expect(sandbox.calls.of('organizations', 'ListAccounts')).toHaveLength(1 + Math.ceil(46 / 7) + 1);
  });

  it('is read in the largest pages', async () => {
    const { sandbox } = await listedOn(organizationWith(39));
    expect(sandbox.calls.of('organizations', 'ListAccounts')).toHaveLength(2);
  });

  it.each([
    ['State', { state: true, status: false }, ['ACTIVE', 'PENDING_ACTIVATION', 'PENDING_CLOSURE', 'CLOSED']],
    ['State rather than Status', {}, ['ACTIVE', 'PENDING_ACTIVATION', 'PENDING_CLOSURE', 'CLOSED']],
    [
      'Status where there is no State',
      { state: false },
      ['ACTIVE', 'UNKNOWN', 'PENDING_CLOSURE', 'SUSPENDED'],
    ],
    ['neither', { state: false, status: false }, ['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN']],
  ])('reads %s', async (_, accountFields, states) => {
    const organization = new SandboxOrganization({ managementAccountId: MANAGEMENT });
    for (const state of ['PENDING_ACTIVATION', 'PENDING_CLOSURE', 'CLOSED'] as const)
      organization.addAccount({ state });
    const { accounts } = await listedOn(organization, { accountFields });
    expect(accounts.map(({ id, state }) => `${id} ${state}`).sort()).toEqual(
      [MANAGEMENT, '100000000001', '100000000002', '100000000003']
        .map((id, index) => `${id} ${states[index] ?? ''}`)
        .sort(),
    );
  });

  const management = { Id: MANAGEMENT, Name: 'm', State: 'ACTIVE' };
  const member = { Id: '111111111111', Name: 'a', State: 'ACTIVE' };
  it('has the paths and the names of accounts, or an empty name, as AWS sends them', async () => {
    const paths = ['o-a1b2c3d4e5/r-ab12/111111111111/'];
    const client = organizationsAnswering({
      Accounts: [management, { Id: '111111111111', State: 'ACTIVE', Paths: paths }],
    });
    expect(await listAccounts(client, ORGANIZATION, SIGNAL)).toStrictEqual([
      { id: MANAGEMENT, name: 'm', state: 'ACTIVE', isManagementAccount: true },
      { id: '111111111111', name: '', state: 'ACTIVE', isManagementAccount: false, paths },
    ]);
  });

  it('is not read when the run is aborted', async () => {
    const listing = listAccounts(organizationsAnswering({}), ORGANIZATION, AbortSignal.abort());
    expect(await failed(listing)).toMatchObject({ kind: 'not-reached', call: 'organizations:ListAccounts' });
  });

  it.each<[string, object[], string]>([
    [
      'an account twice',
      [{ Accounts: [management, member, member] }],
      'account 111111111111 is listed twice',
    ],
    [
      'no management account',
      [{ Accounts: [member] }],
      'the list has 1 accounts, without the management account 999999999999. ' +
        'Run keysweep in the management account or in a delegated administrator account.',
    ],
    ['no list', [{}], 'a page has no list of accounts'],
    ['an account without an ID', [{ Accounts: [management, {}] }], 'an account has the ID (none)'],
    ['an invalid ID', [{ Accounts: [{ Id: 'x' }] }], 'an account has the ID x'],
  ])('explains %s', async (_, answers, message) => {
    const listing = listAccounts(organizationsAnswering(...answers), ORGANIZATION, SIGNAL);
    expect(await failed(listing)).toMatchObject({ message });
  });

  it.each<[string, object[], string]>([
    ['an account twice on one page', [{ Accounts: [management, member, member] }], 'AccountListedTwice'],
    [
      'an account twice on two pages',
      [{ Accounts: [management, member], NextToken: 'a' }, { Accounts: [member] }],
      'AccountListedTwice',
    ],
    ['no management account', [{ Accounts: [member] }], 'IncompleteList'],
    ['no account', [{ Accounts: [] }], 'IncompleteList'],
    [
      'an account of another organization',
      [{ Accounts: [management, { ...member, Arn: OTHER_ARN }] }],
      'WrongOrganization',
    ],
    ['no list', [{}], 'IncompleteAnswer'],
    ['an account without an ID', [{ Accounts: [management, { Name: 'a' }] }], 'IncompleteAnswer'],
    ['an ID that is too short', [{ Accounts: [management, { Id: '12345' }] }], 'IncompleteAnswer'],
    ['an ID that is too long', [{ Accounts: [management, { Id: '1111111111111' }] }], 'IncompleteAnswer'],
    ['an ID with a letter', [{ Accounts: [management, { Id: 'x111111111111' }] }], 'IncompleteAnswer'],
    [
      'the same token on two pages',
      [
        { Accounts: [management], NextToken: 'a' },
        { Accounts: [], NextToken: 'a' },
      ],
      'RepeatedToken',
    ],
  ])('is rejected with %s', async (_, answers, code) => {
    const listing = listAccounts(organizationsAnswering(...answers), ORGANIZATION, SIGNAL);
    expect(await failed(listing)).toMatchObject({ kind: 'failed', call: 'organizations:ListAccounts', code });
  });

  it('is rejected when a page in the middle is denied', async () => {
    const organization = organizationWith(45);
    const { dependencies } = await onSandbox({
      organization,
      sandbox: {
        faults: [{ service: 'organizations', call: 'ListAccounts', occurrence: 2, kind: 'denied' }],
      },
    });
    const listing = listAccounts(dependencies().clients.organizations, idsOf(organization), SIGNAL);
    expect(await failed(listing)).toMatchObject({ kind: 'denied', code: 'AccessDeniedException' });
  });

  it.each([
    ['is given to a delegated administrator account', true, 4],
    ['is denied to any other member account', false, 'denied'],
  ] as const)('%s', async (_, delegated, expected) => {
    const organization = organizationWith(3);
    const member = organization.account('100000000002');
    if (delegated) organization.registerDelegatedAdministrator(member);
    const { sandbox } = await onSandbox({ organization });
    const { url: endpoint, region } = sandbox;
    const clients = openClients({ endpoint, region, credentials: await assume(sandbox, member), sockets: 4 });
    const listing = listAccounts(clients.organizations, idsOf(organization), SIGNAL);
    const got = await listing.then(
      (accounts) => accounts.length,
      (error: unknown) => failureOf('keysweep', error).kind,
    );
    clients.close();
    expect(got).toBe(expected);
  });
});
