import {
  ListGroupsCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import { rotationRole } from '../../sandbox/generator/rotation-role.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import {
  ALLOW_ALL,
  parsePolicy,
  type PolicyDocument,
  type PolicyStatement,
} from '../../sandbox/policy/document.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { DAY, fromNow, now, SECOND } from '../support/clock.ts';
import { assume, clientsOf, errorOf, roleArn, type KeyPair } from '../support/sdk-clients.ts';

let sandbox: Sandbox;
let organization: SandboxOrganization;
let account: SandboxAccount;
beforeEach(async () => {
  sandbox = await startSandbox();
  ({ organization } = sandbox);
  account = organization.addAccount();
});
afterEach(() => sandbox.close());

const identityOf = async (credentials?: KeyPair) =>
  clientsOf(sandbox, credentials).sts.send(new GetCallerIdentityCommand({}));

const trust = (statement: Partial<PolicyStatement>): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', ...statement },
});

describe('the caller', () => {
  it('is the administrator of the management account, a session, or a user', async () => {
    const management = organization.managementAccount.id;
    expect((await identityOf()).Arn).toBe(`arn:aws:iam::${management}:user/sandbox-administrator`);
    const session = await identityOf(await assume(sandbox, account));
    expect(session.Arn).toBe(
      `arn:aws:sts::${account.id}:assumed-role/OrganizationAccountAccessRole/test-session`,
    );
    expect(session.Account).toBe(account.id);
    const user = organization.addUser({ account, userName: 'ann', keys: [{}] });
    const accessKeyId = user.keys[0]?.accessKeyId ?? '';
    expect((await identityOf({ accessKeyId, secretAccessKey: 'x' })).Arn).toBe(
      `arn:aws:iam::${account.id}:user/ann`,
    );
  });

  it.each(['aws', 'aws-us-gov', 'aws-cn', 'aws-eusc'] as const)(
    'has an ARN of the partition %s',
    async (partition) => {
      await sandbox.close();
      const { SandboxOrganization } = await import('../../sandbox/organization/organization.ts');
      sandbox = await startSandbox({ organization: new SandboxOrganization({ partition }) });
      account = sandbox.organization.addAccount();
      expect((await identityOf(await assume(sandbox, account))).Arn).toMatch(
        new RegExp(`^arn:${partition}:sts::`),
      );
    },
  );

  it.each([
    ['an unknown access key id', { accessKeyId: 'AKIAIOSFODNN7NOTHERE', secretAccessKey: 'x' }],
    ['a session without its token', { accessKeyId: 'ASIA', secretAccessKey: 'x' }],
  ])('is rejected with %s, in the words of each service', async (_what, wrong) => {
    const session = await assume(sandbox, account);
    const credentials = wrong.accessKeyId === 'ASIA' ? { ...wrong, accessKeyId: session.accessKeyId } : wrong;
    const { iam, organizations } = clientsOf(sandbox, credentials);
    expect(await errorOf(iam.send(new ListUsersCommand({})))).toMatchObject({
      code: 'InvalidClientTokenId',
      status: 403,
    });
    expect(await errorOf(organizations.send(new ListAccountsCommand({})))).toMatchObject({
      code: 'UnrecognizedClientException',
      status: 400,
    });
  });

  it('is rejected with an inactive key', async () => {
    const user = organization.addUser({ account, userName: 'ann', keys: [{ status: 'Inactive' }] });
    const accessKeyId = user.keys[0]?.accessKeyId ?? '';
    expect((await errorOf(identityOf({ accessKeyId, secretAccessKey: 'x' }))).code).toBe(
      'InvalidClientTokenId',
    );
  });

  it('must sign the request', async () => {
    const response = await fetch(sandbox.url, { method: 'POST', body: 'Action=GetCallerIdentity' });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  });
});

describe('trust', () => {
  const refused = () =>
    `User: arn:aws:iam::${organization.managementAccount.id}:user/sandbox-administrator is not authorized ` +
    `to perform: sts:AssumeRole on resource: ${roleArn(sandbox, account, 'KeysweepRotation')}`;

  it.each([
    ['the role is missing', () => undefined],
    ['another organization is trusted', () => ({ trustedOrganizationId: 'o-another000' })],
    ['another account is trusted', () => ({ centralAccountId: '123456789012' })],
    ['an external id is required', () => ({ externalId: 'secret-42' })],
  ])('denies with the same message when %s', async (_when, options) => {
    const given = options();
    if (given) organization.addRole({ account, ...rotationRole(organization, given) });
    expect(await errorOf(assume(sandbox, account, 'KeysweepRotation'))).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: refused(),
    });
  });

  it('allows the right external id', async () => {
    organization.addRole({ account, ...rotationRole(organization, { externalId: 'secret-42' }) });
    const { accessKeyId } = await assume(sandbox, account, 'KeysweepRotation', { ExternalId: 'secret-42' });
    expect(accessKeyId).toMatch(/^ASIA/);
    const wrong = assume(sandbox, account, 'KeysweepRotation', { ExternalId: 'secret-43' });
    expect((await errorOf(wrong)).code).toBe('AccessDenied');
  });

  it.each([
    ['any principal', { Principal: '*' as const }, true],
    ['the account by its id', { Principal: { AWS: '999999999999' } }, true],
    ['the user by ARN', { Principal: { AWS: 'arn:aws:iam::999999999999:user/sandbox-administrator' } }, true],
    ['another user', { Principal: { AWS: 'arn:aws:iam::999999999999:user/bob' } }, false],
    [
      'the ARN by a condition',
      {
        Principal: '*' as const,
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/sandbox-*' } },
      },
      true,
    ],
    [
      'another ARN by a condition',
      {
        Principal: '*' as const,
        Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::999999999999:role/rotator' } },
      },
      false,
    ],
    [
      'the session name',
      { Principal: '*' as const, Condition: { StringLike: { 'sts:RoleSessionName': 'test-*' } } },
      true,
    ],
    [
      'another session name',
      { Principal: '*' as const, Condition: { StringEquals: { 'sts:RoleSessionName': 'keysweep' } } },
      false,
    ],
    [
      'the account by a condition',
      {
        Principal: '*' as const,
        Condition: { StringEquals: { 'aws:PrincipalAccount': ['1', '999999999999'] } },
      },
      true,
    ],
    [
      'an external id if there is one',
      { Principal: '*' as const, Condition: { StringEqualsIfExists: { 'sts:ExternalId': 'x1' } } },
      true,
    ],
    ['a service', { Principal: { Service: 'lambda.amazonaws.com' } }, false],
  ])('of %s', async (_what, statement, allowed) => {
    organization.addRole({ account, roleName: 'Custom', trust: trust(statement) });
    const answer = assume(sandbox, account, 'Custom').then(
      () => true,
      () => false,
    );
    expect(await answer).toBe(allowed);
  });

  it('may ask for MFA, and takes each code once', async () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const Principal = { AWS: `arn:aws:iam::${organization.managementAccount.id}:root` };
    organization.addRole({ account, roleName: 'Careful', trust: trust({ Principal, Condition }) });
    const mfa = { SerialNumber: 'arn:aws:iam::999999999999:mfa/phone', TokenCode: '123456' };
    expect((await errorOf(assume(sandbox, account, 'Careful'))).code).toBe('AccessDenied');
    expect((await assume(sandbox, account, 'Careful', mfa)).accessKeyId).toMatch(/^ASIA/);
    expect(await errorOf(assume(sandbox, account, 'Careful', mfa))).toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('invalid MFA one time pass code') as string,
    });
    const short = assume(sandbox, account, 'Careful', { ...mfa, TokenCode: '12345' });
    expect((await errorOf(short)).code).toBe('ValidationError');
  });

  it('is overridden by a Deny', async () => {
    const statements = [
      { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' },
      { Effect: 'Deny', Principal: { AWS: organization.managementAccount.id }, Action: 'sts:*' },
    ] as const;
    organization.addRole({ account, roleName: 'Custom', trust: { Statement: statements } });
    const error = await errorOf(assume(sandbox, account, 'Custom'));
    expect(error.message).toMatch(/with an explicit deny in a resource-based policy$/);
  });

  it('across accounts also needs the caller’s own policies', async () => {
    const user = organization.addUser({ account, userName: 'ann', keys: [{}] });
    const ann = { accessKeyId: user.keys[0]?.accessKeyId ?? '', secretAccessKey: 'x' };
    const other = organization.addAccount();
    const principal = { AWS: `arn:aws:iam::${account.id}:user/ann` };
    organization.addRole({ account: other, roleName: 'Custom', trust: trust({ Principal: principal }) });
    organization.addRole({ account, roleName: 'Own', trust: trust({ Principal: principal }) });
    const error = await errorOf(assume(sandbox, other, 'Custom', {}, ann));
    expect(error.message).toMatch(/because no identity-based policy allows the sts:AssumeRole action$/);
    expect((await assume(sandbox, account, 'Own', {}, ann)).accessKeyId).toMatch(/^ASIA/);
  });

  it.each(['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'] as const)(
    'does not count in an account that is %s',
    async (state) => {
      account.state = state;
      expect((await errorOf(assume(sandbox, account))).code).toBe('AccessDenied');
    },
  );
});

describe('a source identity', () => {
  const custom = (...actions: string[]) =>
    organization.addRole({ account, roleName: 'Custom', trust: trust({ Principal: '*', Action: actions }) });
  const SourceIdentity = 'ada@example.com';
  const identityOfSession = async (more: object, as?: KeyPair) =>
    clientsOf(sandbox, as).sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn(sandbox, account, 'Custom'),
        RoleSessionName: 'test-session',
        ...more,
      }),
    );

  it('needs a trust that allows it', async () => {
    custom('sts:AssumeRole');
    expect((await identityOfSession({})).SourceIdentity).toBeUndefined();
    expect(await errorOf(identityOfSession({ SourceIdentity }))).toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('sts:SetSourceIdentity on resource') as string,
    });
  });

  it('needs a caller who may set it', async () => {
    custom('sts:AssumeRole', 'sts:SetSourceIdentity');
    const user = organization.addUser({
      account: organization.managementAccount,
      userName: 'ann',
      keys: [{}],
      policies: [{ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' } }],
    });
    const ann = { accessKeyId: user.keys[0]?.accessKeyId ?? '', secretAccessKey: 'x' };
    expect((await identityOfSession({}, ann)).Credentials).toBeDefined();
    expect((await errorOf(identityOfSession({ SourceIdentity }, ann))).code).toBe('AccessDenied');
  });

  it('is that of the session, of its calls, and of sessions that come out of it', async () => {
    custom('sts:AssumeRole', 'sts:SetSourceIdentity');
    const { SourceIdentity: set, Credentials: session } = await identityOfSession({ SourceIdentity });
    expect(set).toBe(SourceIdentity);
    const as = {
      accessKeyId: session?.AccessKeyId ?? '',
      secretAccessKey: 'x',
      sessionToken: session?.SessionToken ?? '',
    };
    await identityOf(as);
    expect(sandbox.calls.all.at(-1)).toMatchObject({ sourceIdentity: SourceIdentity });
    account.role('Custom').policies.set('all', parsePolicy(ALLOW_ALL));
    expect((await identityOfSession({}, as)).SourceIdentity).toBe(SourceIdentity);
    expect((await errorOf(identityOfSession({ SourceIdentity: 'other' }, as))).code).toBe('AccessDenied');
  });

  it.each(['x', 'a b', 'a/b'])('is not %j', async (wrong) => {
    custom('sts:*');
    expect((await errorOf(identityOfSession({ SourceIdentity: wrong }))).code).toBe('ValidationError');
  });
});

describe('sessions', () => {
  it('expire by the sandbox’s clock', async () => {
    const session = await assume(sandbox, account, undefined, { DurationSeconds: 900 });
    const { iam, organizations } = clientsOf(sandbox, session);
    sandbox.clock.advance(880_000);
    await iam.send(new ListUsersCommand({}));
    sandbox.clock.advance(21_000);
    expect(await errorOf(iam.send(new ListUsersCommand({})))).toMatchObject({
      code: 'ExpiredToken',
      status: 403,
    });
    expect((await errorOf(organizations.send(new ListAccountsCommand({})))).code).toBe(
      'ExpiredTokenException',
    );
  });

  it('end when their role is deleted', async () => {
    organization.addRole({ account, ...rotationRole(organization) });
    const session = await assume(sandbox, account, 'KeysweepRotation');
    account.roles.remove(account.role('KeysweepRotation'));
    expect((await errorOf(identityOf(session))).code).toBe('InvalidClientTokenId');
  });

  it.each([
    [{ DurationSeconds: 899 }, 'ValidationError'],
    [{ DurationSeconds: 3601 }, 'ValidationError'],
    [{ RoleSessionName: 'a b' }, 'ValidationError'],
    [{ RoleSessionName: 'x' }, 'ValidationError'],
    [{ Policy: '{' }, 'MalformedPolicyDocumentException'],
    [{ Policy: `{"Statement":[],"x":"${'y'.repeat(2048)}"}` }, 'PackedPolicyTooLargeException'],
    [{ PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] }, 'ValidationError'],
    [{ RoleArn: 'arn:aws:iam::1:role/x' }, 'ValidationError'],
  ])('are not created with %j', async (more, code) => {
    expect(await errorOf(assume(sandbox, account, undefined, more))).toMatchObject({ code, status: 400 });
  });

  it('have an expiration by the client’s clock', async () => {
    sandbox.clock.set(fromNow(-400 * DAY));
    const RoleArn = roleArn(sandbox, account, 'OrganizationAccountAccessRole');
    const answer = await clientsOf(sandbox).sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }),
    );
    const seconds = ((answer.Credentials?.Expiration?.getTime() ?? 0) - now().getTime()) / SECOND;
    expect(seconds).toBeGreaterThan(3590);
    expect(seconds).toBeLessThan(3601);
  });

  it('last at most an hour with role chaining', async () => {
    organization.addRole({
      account,
      roleName: 'Long',
      maxSessionDuration: 43_200,
      trust: trust({ Principal: '*' }),
    });
    const session = await assume(sandbox, account);
    expect((await assume(sandbox, account, 'Long', { DurationSeconds: 7200 })).accessKeyId).toMatch(/^ASIA/);
    const chained = assume(sandbox, account, 'Long', { DurationSeconds: 7200 }, session);
    expect((await errorOf(chained)).message).toContain('role chaining');
  });
});

describe('permissions', () => {
  const Policy = (statement: PolicyStatement) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const readOnly = Policy({ Effect: 'Allow', Action: ['iam:Get*', 'iam:List*'], Resource: '*' });

  it('are narrowed by the session policy', async () => {
    const user = organization.addUser({ account, userName: 'ann', keys: [{}] });
    const { iam } = clientsOf(sandbox, await assume(sandbox, account, undefined, { Policy: readOnly }));
    await iam.send(new ListAccessKeysCommand({ UserName: 'ann' }));
    const AccessKeyId = user.keys[0]?.accessKeyId ?? '';
    const write = new UpdateAccessKeyCommand({ UserName: 'ann', AccessKeyId, Status: 'Inactive' });
    expect(await errorOf(iam.send(write))).toEqual({
      code: 'AccessDenied',
      status: 403,
      message:
        `User: arn:aws:sts::${account.id}:assumed-role/OrganizationAccountAccessRole/test-session is not ` +
        'authorized to perform: iam:UpdateAccessKey on resource: user ann because no session policy allows ' +
        'the iam:UpdateAccessKey action',
    });
    expect(user.keys[0]?.status).toBe('Active');
  });

  it.each([
    ['the account', () => account],
    ['its OU', () => account.parent],
    ['an OU above', () => organization.root],
  ])('are denied by a service control policy of %s', async (_what, target) => {
    organization.moveAccount(
      account,
      organization.addOrganizationalUnit('Deep', organization.addOrganizationalUnit('OU')),
    );
    organization.putScp(target(), { Statement: { Effect: 'Deny', Action: 'iam:List*', Resource: '*' } });
    const { iam } = clientsOf(sandbox, await assume(sandbox, account));
    expect((await errorOf(iam.send(new ListUsersCommand({})))).message).toMatch(
      /to perform: iam:ListUsers on resource: .* with an explicit deny in a service control policy$/,
    );
  });

  it('in the management account are not limited by service control policies', async () => {
    organization.putScp(organization.root, { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } });
    const answer = await clientsOf(sandbox).iam.send(new ListUsersCommand({}));
    expect(answer.Users).toEqual([]);
  });

  it('of the rotation role are exactly what keysweep needs', async () => {
    organization.addRole({ account, ...rotationRole(organization) });
    const exempt = { keysweep: 'exempt' };
    const free = organization.addUser({ account, userName: 'free', keys: [{}] });
    const kept = organization.addUser({ account, userName: 'kept', keys: [{}], tags: exempt });
    const { iam } = clientsOf(sandbox, await assume(sandbox, account, 'KeysweepRotation'));
    const deactivate = (UserName: string, AccessKeyId = '') =>
      iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
    await deactivate('free', free.keys[0]?.accessKeyId);
    expect(free.keys[0]?.status).toBe('Inactive');
    expect((await errorOf(deactivate('kept', kept.keys[0]?.accessKeyId))).message).toMatch(
      /with an explicit deny in an identity-based policy$/,
    );
    expect((await errorOf(iam.send(new ListGroupsCommand({})))).message).toMatch(
      /because no identity-based policy allows the iam:ListGroups action$/,
    );
  });

  it('of a user are those of the user’s policies', async () => {
    const user = organization.addUser({ account, userName: 'ann', keys: [{}], policies: [ALLOW_ALL] });
    const { iam } = clientsOf(sandbox, {
      accessKeyId: user.keys[0]?.accessKeyId ?? '',
      secretAccessKey: 'x',
    });
    expect((await iam.send(new ListUsersCommand({}))).Users).toHaveLength(1);
  });
});
