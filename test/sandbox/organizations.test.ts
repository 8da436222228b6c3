import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListHandshakesForOrganizationCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  MoveAccountCommand,
  paginateListAccounts,
  paginateListAccountsForParent,
  RegisterDelegatedAdministratorCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-organizations';
import { GetResourcesCommand, paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { assume, clientsOf, errorOf } from '../support/sdk-clients.ts';

let sandbox: Sandbox;
let organization: SandboxOrganization;
const start = async (options: SandboxOptions = {}) => {
  organization = new SandboxOrganization();
  sandbox = await startSandbox({ organization, ...options });
};
beforeEach(() => start());
afterEach(() => sandbox.close());
const restart = async (options: SandboxOptions) => {
  await sandbox.close();
  await start(options);
};
const client = () => clientsOf(sandbox).organizations;

describe('accounts', () => {
  it('have both State and Status', async () => {
    organization.addAccount({ name: 'Ünïcode & <sons> "Ltd"', state: 'PENDING_CLOSURE' });
    const { Accounts = [] } = await client().send(new ListAccountsCommand({}));
    expect(Accounts).toHaveLength(2);
    expect(Accounts[0]).toMatchObject({
      Id: '100000000001',
      Name: 'Ünïcode & <sons> "Ltd"',
      State: 'PENDING_CLOSURE',
      Status: 'PENDING_CLOSURE',
      JoinedMethod: 'CREATED',
    });
    expect(Accounts[0]?.JoinedTimestamp).toBeInstanceOf(Date);
  });

  it.each([
    [{ state: false }, ['Status']],
    [{ status: false }, ['State']],
    [{ status: false, paths: true }, ['State', 'Paths']],
    [{ state: false, status: false }, []],
  ])('have the fields that %j leaves', async (accountFields, expected) => {
    await restart({ accountFields });
    const { Accounts = [] } = await client().send(new ListAccountsCommand({}));
    const found = ['State', 'Status', 'Paths'].filter((name) => name in (Accounts[0] ?? {}));
    expect(found.sort()).toEqual([...expected].sort());
  });

  it('are listed in pages of at most 20', async () => {
    for (let n = 0; n < 44; n += 1) organization.addAccount();
    const pages: number[] = [];
    for await (const page of paginateListAccounts({ client: client() }, {}))
      pages.push(page.Accounts?.length ?? 0);
    expect(pages).toEqual([20, 20, 5]);
    const error = await errorOf(client().send(new ListAccountsCommand({ MaxResults: 21 })));
    expect(error).toMatchObject({ code: 'InvalidInputException', status: 400 });
  });

  it('can be listed in empty and short pages', async () => {
    await restart({ pages: { emptyFirst: true, maximumSize: 3 } });
    const unit = organization.addOrganizationalUnit('Prod');
    for (let n = 0; n < 8; n += 1) organization.addAccount({ parent: unit });
    const pages: number[] = [];
    const parent = { ParentId: unit.id };
    for await (const page of paginateListAccountsForParent({ client: client() }, parent)) {
      pages.push(page.Accounts?.length ?? 0);
    }
    expect(pages).toEqual([0, 3, 3, 2]);
  });

  it('are created with their role, moved, tagged and closed', async () => {
    const created = await client().send(
      new CreateAccountCommand({
        AccountName: 'New',
        Email: 'new@example.com',
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    );
    const CreateAccountRequestId = created.CreateAccountStatus?.Id ?? '';
    const done = await client().send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }));
    expect([created.CreateAccountStatus?.State, done.CreateAccountStatus?.State]).toEqual([
      'IN_PROGRESS',
      'SUCCEEDED',
    ]);
    const AccountId = done.CreateAccountStatus?.AccountId ?? '';
    expect((await assume(sandbox, organization.account(AccountId))).sessionToken).toBeTruthy();

    const root = (await client().send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? '';
    const made = await client().send(new CreateOrganizationalUnitCommand({ ParentId: root, Name: 'Prod' }));
    const unit = made.OrganizationalUnit?.Id ?? '';
    const move = { AccountId, SourceParentId: root, DestinationParentId: unit };
    await client().send(new MoveAccountCommand(move));
    expect((await client().send(new ListParentsCommand({ ChildId: AccountId }))).Parents).toEqual([
      { Id: unit, Type: 'ORGANIZATIONAL_UNIT' },
    ]);
    expect((await errorOf(client().send(new MoveAccountCommand(move)))).code).toBe(
      'SourceParentNotFoundException',
    );

    await client().send(new TagResourceCommand({ ResourceId: AccountId, Tags: [{ Key: 'c', Value: 'd' }] }));
    await client().send(new UntagResourceCommand({ ResourceId: AccountId, TagKeys: ['a'] }));
    expect((await client().send(new ListTagsForResourceCommand({ ResourceId: AccountId }))).Tags).toEqual([
      { Key: 'c', Value: 'd' },
    ]);

    await client().send(new CloseAccountCommand({ AccountId }));
    const { Account } = await client().send(new DescribeAccountCommand({ AccountId }));
    expect(Account?.State).toBe('PENDING_CLOSURE');
    expect((await errorOf(client().send(new CloseAccountCommand({ AccountId })))).code).toBe(
      'AccountAlreadyClosedException',
    );
  });
});

describe('the OU tree', () => {
  it('can be read from the root down and from an account up', async () => {
    const workloads = organization.addOrganizationalUnit('Workloads');
    const production = organization.addOrganizationalUnit('Prod', workloads);
    const account = organization.addAccount({ parent: production });
    const { Roots = [] } = await client().send(new ListRootsCommand({}));
    const ParentId = Roots[0]?.Id ?? '';
    const top = await client().send(new ListOrganizationalUnitsForParentCommand({ ParentId }));
    expect(top.OrganizationalUnits?.map((unit) => unit.Id)).toEqual([workloads.id]);
    const members = await client().send(new ListAccountsForParentCommand({ ParentId: production.id }));
    expect(members.Accounts?.map((each) => each.Id)).toEqual([account.id]);
    const up = async (ChildId: string) =>
      (await client().send(new ListParentsCommand({ ChildId }))).Parents?.[0];
    expect(await up(account.id)).toEqual({ Id: production.id, Type: 'ORGANIZATIONAL_UNIT' });
    expect(await up(workloads.id)).toEqual({ Id: ParentId, Type: 'ROOT' });
    const described = await client().send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: production.id }),
    );
    expect(described.OrganizationalUnit).toMatchObject({
      Name: 'Prod',
      Path: `${organization.id}/${ParentId}/${workloads.id}/${production.id}/`,
    });
  });
});

describe('access', () => {
  it('is for the management account and delegated administrators only', async () => {
    const account = organization.addAccount();
    const member = clientsOf(sandbox, await assume(sandbox, account)).organizations;
    expect((await member.send(new DescribeOrganizationCommand({}))).Organization).toMatchObject({
      Id: organization.id,
      MasterAccountId: organization.managementAccount.id,
    });
    expect(await errorOf(member.send(new ListAccountsCommand({})))).toEqual({
      code: 'AccessDeniedException',
      status: 400,
      message: "You don't have permissions to access this resource.",
    });
    const ServicePrincipal = 'account.amazonaws.com';
    const register = new RegisterDelegatedAdministratorCommand({ AccountId: account.id, ServicePrincipal });
    await client().send(register);
    expect((await member.send(new ListAccountsCommand({}))).Accounts).toHaveLength(2);
    const close = new CloseAccountCommand({ AccountId: account.id });
    expect((await errorOf(member.send(close))).code).toBe('AccessDeniedException');
    expect((await errorOf(client().send(register))).code).toBe('AccountAlreadyRegisteredException');
    const { DelegatedAdministrators } = await client().send(new ListDelegatedAdministratorsCommand({}));
    expect(DelegatedAdministrators?.map((each) => each.Id)).toEqual([account.id]);
    const access = await client().send(new ListAWSServiceAccessForOrganizationCommand({}));
    expect(access.EnabledServicePrincipals?.map((each) => each.ServicePrincipal)).toEqual([ServicePrincipal]);
  });

  it('needs a policy that allows the call', async () => {
    const { managementAccount } = organization;
    const user = organization.addUser({ account: managementAccount, userName: 'ann', keys: [{}] });
    const accessKeyId = user.keys[0]?.accessKeyId ?? '';
    const ann = clientsOf(sandbox, { accessKeyId, secretAccessKey: 'x' }).organizations;
    expect(await errorOf(ann.send(new ListAccountsCommand({})))).toEqual({
      code: 'AccessDeniedException',
      status: 400,
      message:
        `User: arn:aws:iam::${managementAccount.id}:user/ann is not authorized to perform: ` +
        'organizations:ListAccounts on resource: * because no identity-based policy allows the ' +
        'organizations:ListAccounts action',
    });
  });
});

describe('errors', () => {
  const ParentId = 'ou-aaaa-11111111';
  it.each([
    [
      'no such account',
      new DescribeAccountCommand({ AccountId: '123456789012' }),
      'AccountNotFoundException',
    ],
    ['no such parent', new ListAccountsForParentCommand({ ParentId }), 'ParentNotFoundException'],
    ['no such child', new ListParentsCommand({ ChildId: '123456789012' }), 'ChildNotFoundException'],
    [
      'no such target',
      new ListTagsForResourceCommand({ ResourceId: '123456789012' }),
      'TargetNotFoundException',
    ],
    [
      'no such OU',
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: ParentId }),
      'OrganizationalUnitNotFoundException',
    ],
    ['an invented token', new ListAccountsCommand({ NextToken: 'abc' }), 'InvalidInputException'],
    ['an unsupported call', new ListHandshakesForOrganizationCommand({}), 'UnknownOperationException'],
  ])('%s', async (_what, command, code) => {
    expect(await errorOf(client().send(command as never))).toMatchObject({ code, status: 400 });
  });
});

describe('the tag index', () => {
  const byTag = new GetResourcesCommand({
    ResourceTypeFilters: ['organizations:account'],
    TagFilters: [{ Key: 'keysweep', Values: ['opt-out'] }],
  });
  const arns = async (tagging = clientsOf(sandbox).tagging) =>
    (await tagging.send(byTag)).ResourceTagMappingList?.map((resource) => resource.ResourceARN);

  it('finds accounts by tag, from the management account and in the home Region only', async () => {
    const account = organization.addAccount({ tags: { keysweep: 'opt-out', team: 'a' } });
    organization.addAccount({ tags: { keysweep: 'other' } });
    const prefix = `arn:aws:organizations::${organization.managementAccount.id}:account`;
    const arn = `${prefix}/${organization.id}/${account.id}`;
    expect(await arns()).toEqual([arn]);
    expect(await arns(clientsOf(sandbox, sandbox.credentials, 'eu-central-1').tagging)).toEqual([]);
    expect(await arns(clientsOf(sandbox, await assume(sandbox, account)).tagging)).toEqual([]);
    expect((await clientsOf(sandbox).tagging.send(byTag)).PaginationToken).toBe('');
  });

  it('has pages of 100', async () => {
    for (let n = 0; n < 130; n += 1) organization.addAccount({ tags: { keysweep: 'opt-out' } });
    const pages: (number | undefined)[] = [];
    const { tagging } = clientsOf(sandbox);
    for await (const page of paginateGetResources({ client: tagging }, { ...byTag.input })) {
      pages.push(page.ResourceTagMappingList?.length);
    }
    expect(pages).toEqual([100, 30]);
  });

  it('can be late', async () => {
    await restart({ tagIndex: { lagMilliseconds: 60_000 } });
    const account = organization.addAccount();
    organization.tagAccount(account, { keysweep: 'opt-out' });
    expect(await arns()).toEqual([]);
    sandbox.clock.advance(60_001);
    expect(await arns()).toHaveLength(1);
  });

  it('can fail', async () => {
    await restart({ tagIndex: { fails: true } });
    expect(await errorOf(arns())).toMatchObject({ code: 'InternalServiceException', status: 500 });
  });
});

it('a service that the sandbox does not have gives an error', async () => {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/ec2/aws4_request, Signature=x';
  const response = await fetch(sandbox.url, {
    method: 'POST',
    headers: { authorization },
    body: 'Action=RunInstances',
  });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('InvalidAction')]);
});
