import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DeleteLoginProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  GetAccessKeyLastUsedCommand,
  GetGroupCommand,
  GetLoginProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListRolesCommand,
  ListServerCertificatesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  paginateGetGroup,
  PutRolePolicyCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import { ALLOW_ALL } from '../../sandbox/policy/document.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { assume, clientsOf, errorOf } from '../support/sdk-clients.ts';

let sandbox: Sandbox;
let account: SandboxAccount;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await startSandbox();
  account = sandbox.organization.addAccount();
  iam = clientsOf(sandbox, await assume(sandbox, account)).iam;
});
afterEach(() => sandbox.close());

describe('users', () => {
  it('are created, found, tagged, listed and deleted', async () => {
    const made = await iam.send(
      new CreateUserCommand({ UserName: 'Ann', Path: '/a&<b>/', Tags: [{ Key: 'k', Value: '<&"ü\'>' }] }),
    );
    expect(made.User).toMatchObject({ UserName: 'Ann', Arn: `arn:aws:iam::${account.id}:user/a&<b>/Ann` });
    await iam.send(new TagUserCommand({ UserName: 'Ann', Tags: [{ Key: 'löschen', Value: '' }] }));
    const found = await iam.send(new GetUserCommand({ UserName: 'ann' }));
    expect(found.User?.UserName).toBe('Ann');
    expect(found.User?.Tags).toEqual([
      { Key: 'k', Value: '<&"ü\'>' },
      { Key: 'löschen', Value: '' },
    ]);
    await iam.send(new UntagUserCommand({ UserName: 'Ann', TagKeys: ['löschen'] }));
    const tags = await iam.send(new ListUserTagsCommand({ UserName: 'Ann' }));
    expect(tags).toMatchObject({ Tags: [{ Key: 'k', Value: '<&"ü\'>' }], IsTruncated: false });
    expect((await iam.send(new ListUsersCommand({}))).Users?.map((user) => user.UserId)).toEqual([
      found.User?.UserId,
    ]);
    expect((await iam.send(new ListUsersCommand({ PathPrefix: '/b/' }))).Users).toEqual([]);
    await iam.send(new DeleteUserCommand({ UserName: 'Ann' }));
    expect((await iam.send(new ListUsersCommand({}))).Users).toEqual([]);
  });

  it('have a login profile or none', async () => {
    sandbox.organization.addUser({ account, userName: 'ann' });
    expect(await errorOf(iam.send(new GetLoginProfileCommand({ UserName: 'ann' })))).toMatchObject({
      code: 'NoSuchEntityException',
      status: 404,
    });
    await iam.send(
      new CreateLoginProfileCommand({ UserName: 'ann', Password: 'x', PasswordResetRequired: true }),
    );
    expect((await iam.send(new GetLoginProfileCommand({ UserName: 'ann' }))).LoginProfile).toMatchObject({
      UserName: 'ann',
      PasswordResetRequired: true,
    });
    await iam.send(new DeleteLoginProfileCommand({ UserName: 'ann' }));
    expect(sandbox.organization.user(account, 'ann').login).toBeUndefined();
  });
});

describe('groups', () => {
  it('are created, joined, listed, left and deleted', async () => {
    sandbox.organization.addUser({ account, userName: 'ann', groups: ['Administrators'] });
    await iam.send(new CreateGroupCommand({ GroupName: 'Developers', Path: '/teams/' }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'developers', UserName: 'ANN' }));
    const group = await iam.send(new GetGroupCommand({ GroupName: 'DEVELOPERS' }));
    expect(group.Group).toMatchObject({ GroupName: 'Developers', Path: '/teams/' });
    expect(group.Users?.map((user) => user.UserName)).toEqual(['ann']);
    expect(group.IsTruncated).toBe(false);
    const names = (groups: { GroupName: string | undefined }[] = []) => groups.map((each) => each.GroupName);
    expect(names((await iam.send(new ListGroupsCommand({}))).Groups)).toEqual([
      'Administrators',
      'Developers',
    ]);
    expect(names((await iam.send(new ListGroupsForUserCommand({ UserName: 'ann' }))).Groups)).toEqual([
      'Administrators',
      'Developers',
    ]);
    expect(await errorOf(iam.send(new DeleteGroupCommand({ GroupName: 'Developers' })))).toMatchObject({
      code: 'DeleteConflictException',
      status: 409,
    });
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'Developers', UserName: 'ann' }));
    await iam.send(new DeleteGroupCommand({ GroupName: 'Developers' }));
    expect(await errorOf(iam.send(new GetGroupCommand({ GroupName: 'Developers' })))).toEqual({
      code: 'NoSuchEntityException',
      status: 404,
      message: 'The group with name Developers cannot be found.',
    });
  });
});

describe('access keys', () => {
  it('are created up to two, listed, deactivated and deleted', async () => {
    sandbox.organization.addUser({ account, userName: 'ann' });
    const first = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }));
    await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }));
    expect(first.AccessKey?.SecretAccessKey).toBeTruthy();
    expect(await errorOf(iam.send(new CreateAccessKeyCommand({ UserName: 'ann' })))).toEqual({
      code: 'LimitExceededException',
      status: 409,
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    });
    const AccessKeyId = first.AccessKey?.AccessKeyId ?? '';
    await iam.send(new UpdateAccessKeyCommand({ UserName: 'ann', AccessKeyId, Status: 'Inactive' }));
    const listed = await iam.send(new ListAccessKeysCommand({ UserName: 'ann' }));
    expect(listed.AccessKeyMetadata?.find((key) => key.AccessKeyId === AccessKeyId)).toMatchObject({
      UserName: 'ann',
      Status: 'Inactive',
    });
    expect(listed.AccessKeyMetadata).toHaveLength(2);
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'ann', AccessKeyId }));
    expect(sandbox.organization.keysOf(account).map((key) => key.accessKeyId)).not.toContain(AccessKeyId);
    expect(sandbox.calls.writes().map((record) => record.call)).toEqual([
      'CreateAccessKey',
      'CreateAccessKey',
      'UpdateAccessKey',
      'DeleteAccessKey',
    ]);
  });

  it('can have any status and number in a test', async () => {
    const keys = [{ status: 'Expired', createdDaysAgo: 10 }, { status: 'Odd' }, {}];
    sandbox.organization.addUser({ account, userName: 'ann', keys });
    const listed = (await iam.send(new ListAccessKeysCommand({ UserName: 'ann' }))).AccessKeyMetadata ?? [];
    expect(listed.map((key) => key.Status).sort()).toEqual(['Active', 'Expired', 'Odd']);
    const expired = listed.find((key) => key.Status === 'Expired');
    const age = sandbox.clock.now().getTime() - (expired?.CreateDate?.getTime() ?? 0);
    expect(age / 86_400_000).toBeCloseTo(10, 2);
  });

  it('have a last use', async () => {
    const policies = [ALLOW_ALL];
    const user = sandbox.organization.addUser({ account, userName: 'ann', keys: [{}], policies });
    const AccessKeyId = user.keys[0]?.accessKeyId ?? '';
    const unused = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    expect(unused).toMatchObject({
      UserName: 'ann',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    });
    expect(unused.AccessKeyLastUsed?.LastUsedDate).toBeUndefined();
    const own = clientsOf(sandbox, { accessKeyId: AccessKeyId, secretAccessKey: 'x' });
    await own.iam.send(new ListUsersCommand({}));
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    expect(used.AccessKeyLastUsed).toMatchObject({ ServiceName: 'iam', Region: 'us-east-1' });
    expect(used.AccessKeyLastUsed?.LastUsedDate).toBeInstanceOf(Date);
  });

  it('default to those of the calling user, and need a user name from a session', async () => {
    const user = sandbox.organization.addUser({
      account,
      userName: 'ann',
      keys: [{}],
      policies: [ALLOW_ALL],
    });
    const accessKeyId = user.keys[0]?.accessKeyId ?? '';
    const own = clientsOf(sandbox, { accessKeyId, secretAccessKey: 'x' });
    const listed = await own.iam.send(new ListAccessKeysCommand({}));
    expect(listed.AccessKeyMetadata?.map((key) => key.AccessKeyId)).toEqual([accessKeyId]);
    expect(await errorOf(iam.send(new ListAccessKeysCommand({})))).toEqual({
      code: 'ValidationError',
      status: 400,
      message: 'Must specify userName when calling with non-User credentials',
    });
  });
});

describe('roles', () => {
  it('are created with policies, read, changed and deleted', async () => {
    const trust = JSON.stringify({
      Statement: { Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole' },
    });
    const RoleName = 'Auditor';
    await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, Description: 'a < b' }),
    );
    const PolicyDocument = JSON.stringify(ALLOW_ALL);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }));
    const role = (await iam.send(new GetRoleCommand({ RoleName }))).Role;
    expect(role).toMatchObject({ Description: 'a < b', MaxSessionDuration: 3600 });
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
    const policy = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'all' }));
    expect(decodeURIComponent(policy.PolicyDocument ?? '')).toBe(PolicyDocument);
    const names = (await iam.send(new ListRolesCommand({}))).Roles?.map((each) => each.RoleName);
    expect(names).toEqual(['Auditor', 'OrganizationAccountAccessRole']);
    expect((await errorOf(iam.send(new DeleteRoleCommand({ RoleName })))).code).toBe(
      'DeleteConflictException',
    );
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust.replace('Allow', 'Deny') }),
    );
    expect(account.role(RoleName).trust.text).toContain('Deny');
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'all' }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    expect((await errorOf(iam.send(new GetRoleCommand({ RoleName })))).code).toBe('NoSuchEntityException');
  });

  it.each([
    ['invalid JSON', '{'],
    [
      'an unknown condition',
      '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"a":"b"}}}}',
    ],
    ['no actions', '{"Statement":{"Effect":"Allow","Resource":"*"}}'],
  ])('reject a policy with %s', async (_what, PolicyDocument) => {
    const command = new PutRolePolicyCommand({
      RoleName: 'OrganizationAccountAccessRole',
      PolicyName: 'p',
      PolicyDocument,
    });
    expect(await errorOf(iam.send(command))).toMatchObject({
      code: 'MalformedPolicyDocumentException',
      status: 400,
    });
  });
});

describe('errors', () => {
  const UserName = 'ann';
  const AccessKeyId = 'AKIAIOSFODNN7NOTHERE';
  it.each([
    ['no such user', new ListAccessKeysCommand({ UserName: 'nobody' }), 'NoSuchEntityException', 404],
    ['no such key', new DeleteAccessKeyCommand({ UserName, AccessKeyId }), 'NoSuchEntityException', 404],
    [
      'no such key',
      new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Active' }),
      'NoSuchEntityException',
      404,
    ],
    ['an unknown key', new GetAccessKeyLastUsedCommand({ AccessKeyId }), 'AccessDenied', 403],
    ['an existing user', new CreateUserCommand({ UserName: 'ANN' }), 'EntityAlreadyExistsException', 409],
    [
      'an existing group',
      new CreateGroupCommand({ GroupName: 'developers' }),
      'EntityAlreadyExistsException',
      409,
    ],
    ['a user with keys', new DeleteUserCommand({ UserName }), 'DeleteConflictException', 409],
    ['an invalid name', new CreateUserCommand({ UserName: 'a/b' }), 'ValidationError', 400],
    ['MaxItems 0', new ListUsersCommand({ MaxItems: 0 }), 'ValidationError', 400],
    ['MaxItems 1001', new ListUsersCommand({ MaxItems: 1001 }), 'ValidationError', 400],
    ['an invented marker', new ListUsersCommand({ Marker: 'abc' }), 'ValidationError', 400],
    ['an unsupported call', new ListServerCertificatesCommand({}), 'InvalidAction', 400],
  ])('%s', async (_what, command, code, status) => {
    sandbox.organization.addUser({ account, userName: UserName, groups: ['Developers'], keys: [{}] });
    const error = await errorOf(iam.send(command as ListUsersCommand));
    expect(error).toMatchObject({ code, status });
  });

  it('an invalid status', async () => {
    const user = sandbox.organization.addUser({ account, userName: UserName, keys: [{}] });
    const AccessKeyId = user.keys[0]?.accessKeyId ?? '';
    const command = new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Gone' as 'Active' });
    expect((await errorOf(iam.send(command))).code).toBe('ValidationError');
    expect(user.keys[0]?.status).toBe('Active');
  });
});

describe('pages', () => {
  const addMembers = (count: number) => {
    for (let n = 0; n < count; n += 1) {
      sandbox.organization.addUser({ account, userName: `user-${n}`, groups: ['Developers'] });
    }
  };

  it('have 100 items by default and up to 1000', async () => {
    addMembers(1050);
    const first = await iam.send(new GetGroupCommand({ GroupName: 'Developers' }));
    expect([first.Users?.length, first.IsTruncated]).toEqual([100, true]);
    const large = await iam.send(new GetGroupCommand({ GroupName: 'Developers', MaxItems: 1000 }));
    const rest = await iam.send(
      new GetGroupCommand({ GroupName: 'Developers', MaxItems: 1000, Marker: large.Marker }),
    );
    expect([large.Users?.length, large.IsTruncated]).toEqual([1000, true]);
    expect([rest.Users?.length, rest.IsTruncated, rest.Marker]).toEqual([50, false, undefined]);
  });

  it.each([
    ['empty first', { emptyFirst: true }],
    ['short', { maximumSize: 7 }],
  ])('can be %s without losing items', async (_what, pages) => {
    await sandbox.close();
    sandbox = await startSandbox({ organization: sandbox.organization, pages });
    addMembers(30);
    iam = clientsOf(sandbox, await assume(sandbox, account)).iam;
    const seen: (string | undefined)[] = [];
    let count = 0;
    for await (const page of paginateGetGroup({ client: iam }, { GroupName: 'Developers' })) {
      count += 1;
      seen.push(...(page.Users ?? []).map((user) => user.UserName));
    }
    expect(new Set(seen).size).toBe(30);
    expect(count).toBeGreaterThan(1);
  });

  it('lose no user when another one is removed in between', async () => {
    addMembers(30);
    const first = await iam.send(new GetGroupCommand({ GroupName: 'Developers', MaxItems: 10 }));
    const gone = first.Users?.[3]?.UserName ?? '';
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'Developers', UserName: gone }));
    const rest = await iam.send(new GetGroupCommand({ GroupName: 'Developers', Marker: first.Marker }));
    expect(rest.Users).toHaveLength(20);
  });
});
