import {
  DeleteAccessKeyCommand,
  GetGroupCommand,
  ListAccessKeysCommand,
  paginateGetGroup,
  UpdateAccessKeyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import type { SandboxUser } from '../../sandbox/organization/entities.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { assume, clientsOf, errorOf, roleArn } from '../support/sdk-clients.ts';

let sandbox: Sandbox;
let account: SandboxAccount;
let user: SandboxUser;
let iam: IAMClient;
beforeEach(async () => {
  sandbox = await startSandbox();
  account = sandbox.organization.addAccount();
  for (const userName of ['ann', 'bob', 'cleo']) {
    sandbox.organization.addUser({ account, userName, groups: ['Developers'], keys: [{}, {}] });
  }
  user = sandbox.organization.user(account, 'ann');
  iam = clientsOf(sandbox, await assume(sandbox, account)).iam;
  sandbox.calls.reset();
});
afterEach(() => sandbox.close());

const getGroup = () => iam.send(new GetGroupCommand({ GroupName: 'Developers' }));
const listAccounts = () => clientsOf(sandbox).organizations.send(new ListAccountsCommand({}));

describe('fault kinds', () => {
  it.each([
    ['throttle', 'Throttling', 400, 'TooManyRequestsException', 400],
    ['internal-error', 'InternalFailure', 500, 'ServiceException', 500],
    ['unavailable', 'ServiceUnavailable', 503, 'ServiceUnavailable', 503],
    ['denied', 'AccessDenied', 403, 'AccessDeniedException', 400],
    ['expired-token', 'ExpiredToken', 403, 'ExpiredTokenException', 400],
    ['timeout', 'TimeoutError', undefined, 'TimeoutError', undefined],
    ['reset', 'TimeoutError', undefined, 'TimeoutError', undefined],
    ['truncated', 'Error', 200, 'Error', 200],
    ['garbled', 'Error', 200, 'SyntaxError', 200],
  ] as const)('%s', async (kind, code, status, jsonCode, jsonStatus) => {
    sandbox.faults.add({ service: 'iam', call: 'GetGroup', kind }, { service: 'organizations', kind });
    expect(await errorOf(getGroup())).toMatchObject({ code, status });
    expect(await errorOf(listAccounts())).toMatchObject({ code: jsonCode, status: jsonStatus });
    expect(sandbox.calls.all.map((record) => record.error)).toEqual([kind, kind]);
    expect(sandbox.faults.fired).toBe(2);
    expect((await getGroup()).Users).toHaveLength(3);
  });

  it.each([
    ['empty-page', [0, 3]],
    ['short-page', [1, 2]],
  ] as const)('%s: the client still gets the complete list', async (kind, sizes) => {
    sandbox.faults.add({ service: 'iam', call: 'GetGroup', kind });
    const pages: (number | undefined)[] = [];
    for await (const page of paginateGetGroup({ client: iam }, { GroupName: 'Developers' })) {
      pages.push(page.Users?.length);
    }
    expect(pages).toEqual(sizes);
  });

  it('other-shape: well-formed, without the fields of the call', async () => {
    const kind = 'other-shape';
    sandbox.faults.add({ service: 'iam', call: 'GetGroup', kind }, { service: 'organizations', kind });
    expect((await getGroup()).Users).toBeUndefined();
    expect((await listAccounts()).Accounts).toBeUndefined();
    expect(sandbox.calls.all.map((record) => record.error)).toEqual([kind, kind]);
  });

  it.each(['html-page', 'empty-body'] as const)('%s: status 200 and no request id', async (kind) => {
    sandbox.faults.add({ service: 'iam', kind }, { service: 'organizations', kind });
    const update = new UpdateAccessKeyCommand({
      UserName: 'ann',
      AccessKeyId: user.keys[0]?.accessKeyId,
      Status: 'Inactive',
    });
    await iam.send(update).catch(() => undefined);
    await listAccounts().catch(() => undefined);
    expect(sandbox.calls.all.map((record) => record.error)).toEqual([kind, kind]);
    expect(user.keys[0]?.status).toBe('Active');
  });

  it('error: with the code and the status that it is told', async () => {
    const error = { code: 'LimitExceeded', status: 409 };
    sandbox.faults.add({ service: 'iam', call: 'GetGroup', kind: 'error', error });
    expect(await errorOf(getGroup())).toMatchObject({ code: 'LimitExceededException', status: 409 });
    const kind = 'error';
    sandbox.faults.add({
      service: 'organizations',
      kind,
      error: { code: 'InvalidInputException', status: 400 },
    });
    expect(await errorOf(listAccounts())).toMatchObject({ code: 'InvalidInputException', status: 400 });
  });

  describe('other-answer', () => {
    const listKeys = (UserName: string) => iam.send(new ListAccessKeysCommand({ UserName }));

    it.each([
      ['another user', { parameters: { UserName: 'bob' } }, ['bob', 'bob']],
      ['another call', { call: 'ListUserTags' }, undefined],
    ])('of %s', async (_, instead, owners) => {
      sandbox.faults.add({ service: 'iam', call: 'ListAccessKeys', kind: 'other-answer', instead });
      const { AccessKeyMetadata: keys } = await listKeys('ann');
      expect(keys?.map(({ UserName }) => UserName)).toEqual(owners);
      expect((await listKeys('ann')).AccessKeyMetadata?.[0]?.UserName).toBe('ann');
    });

    it('of another account, and for AssumeRole of a role there', async () => {
      const other = sandbox.organization.addAccount();
      sandbox.organization.addUser({ account: other, userName: 'ann', keys: [{}] });
      const there = { kind: 'other-answer', instead: { account: other.id } } as const;
      sandbox.faults.add({ service: 'iam', ...there }, { service: 'sts', ...there });
      expect((await listKeys('ann')).AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId)).toEqual([
        ...other.keys.keys(),
      ]);
      const RoleArn = roleArn(sandbox, account, 'OrganizationAccountAccessRole');
      const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' });
      const { AssumedRoleUser } = await clientsOf(sandbox).sts.send(command);
      expect(AssumedRoleUser?.Arn).toContain(`::${other.id}:assumed-role/`);
    });

    it('of another organization, where a write takes effect', async () => {
      const organization = new SandboxOrganization();
      const twin = organization.addAccount({ id: account.id });
      const theirs = organization.addUser({ account: twin, userName: 'ann', keys: [{}] });
      const AccessKeyId = theirs.keys[0]?.accessKeyId ?? '';
      sandbox.faults.add({
        service: 'iam',
        kind: 'other-answer',
        instead: { organization, parameters: { AccessKeyId } },
      });
      await iam.send(
        new UpdateAccessKeyCommand({
          UserName: 'ann',
          AccessKeyId: user.keys[0]?.accessKeyId,
          Status: 'Inactive',
        }),
      );
      expect([theirs.keys[0]?.status, user.keys[0]?.status]).toEqual(['Inactive', 'Active']);
    });

    it('of a call that fails there', async () => {
      sandbox.faults.add({
        service: 'iam',
        kind: 'other-answer',
        instead: { parameters: { UserName: 'nobody' } },
      });
      expect((await errorOf(listKeys('ann'))).code).toBe('NoSuchEntityException');
      sandbox.faults.add({ service: 'iam', kind: 'other-answer', instead: { call: 'NoSuchCall' } });
      expect((await errorOf(listKeys('ann'))).code).toBe('InvalidAction');
    });
  });

  it('earlier-answer: what the matching call before got, with its date, if there was one', async () => {
    const fault = { service: 'iam', call: 'GetGroup', kind: 'earlier-answer' } as const;
    sandbox.faults.add({ ...fault, occurrence: 'every' });
    expect((await getGroup()).Users).toHaveLength(3);
    sandbox.clock.advance(60_000);
    account.leave(user, account.group('Developers'));
    expect((await getGroup()).Users).toHaveLength(3);
    sandbox.faults.clear();
    expect((await getGroup()).Users).toHaveLength(2);
  });

  it.each([
    ['repeated-page', [['ann', 'bob'], ['ann', 'bob'], ['cleo']]],
    ['swapped-pages', [['cleo'], ['ann', 'bob']]],
  ] as const)('%s: the whole list, in another order', async (kind, expected) => {
    sandbox.faults.add({ service: 'iam', call: 'GetGroup', kind });
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateGetGroup({ client: iam, pageSize: 2 }, { GroupName: 'Developers' }))
      pages.push(page.Users?.map(({ UserName }) => UserName) ?? []);
    expect(pages).toEqual(expected);
  });

  it('truncated: also drops the connection for a response without a body', async () => {
    sandbox.organization.addBucket('ledger');
    sandbox.faults.add({ service: 's3', kind: 'truncated' });
    const put = new PutObjectCommand({ Bucket: 'ledger', Key: 'a', Body: 'x' });
    expect((await errorOf(clientsOf(sandbox).s3.send(put))).status).toBeUndefined();
    expect(sandbox.organization.buckets.get('ledger')?.objects.size).toBe(1);
  });

  it('slow: delays the response', async () => {
    sandbox.faults.add({ service: 'iam', kind: 'slow', milliseconds: 120 });
    const started = performance.now();
    expect((await getGroup()).Users).toHaveLength(3);
    expect(performance.now() - started).toBeGreaterThan(115);
  });

  it('reset: loses the write, or with afterEffect only the response', async () => {
    const AccessKeyId = user.keys[0]?.accessKeyId ?? '';
    const remove = () => iam.send(new DeleteAccessKeyCommand({ UserName: 'ann', AccessKeyId }));
    const fault = { service: 'iam', call: 'DeleteAccessKey', kind: 'reset' } as const;
    sandbox.faults.add(fault, { ...fault, afterEffect: true, occurrence: 2 });
    await errorOf(remove());
    expect(user.keys).toHaveLength(2);
    expect(sandbox.calls.writes()).toHaveLength(0);
    await errorOf(remove());
    expect(user.keys).toHaveLength(1);
    expect(sandbox.calls.writes()).toMatchObject([
      { call: 'DeleteAccessKey', accessKeyId: AccessKeyId, error: 'reset' },
    ]);
    expect((await errorOf(remove())).code).toBe('NoSuchEntityException');
  });

  it.each(['throttle', 'internal-error', 'timeout', 'truncated', 'garbled'] as const)(
    '%s with afterEffect: the write happens and the client gets an error',
    async (kind) => {
      const AccessKeyId = user.keys[0]?.accessKeyId ?? '';
      sandbox.faults.add({ service: 'iam', call: 'UpdateAccessKey', kind, afterEffect: true });
      const answer = iam.send(
        new UpdateAccessKeyCommand({ UserName: 'ann', AccessKeyId, Status: 'Inactive' }),
      );
      expect((await errorOf(answer)).code).toBeTruthy();
      expect(user.keys[0]?.status).toBe('Inactive');
    },
  );
});

describe('a fault', () => {
  const outcomes = async (count: number) => {
    const seen: boolean[] = [];
    for (let n = 0; n < count; n += 1) {
      seen.push(
        await getGroup().then(
          () => true,
          () => false,
        ),
      );
    }
    return seen.map((ok) => (ok ? '.' : 'x')).join('');
  };

  it.each([
    [undefined, 'x....'],
    ['first', 'x....'],
    ['every', 'xxxxx'],
    [3, '..x..'],
    [{ from: 2, to: 4 }, '.xxx.'],
  ] as const)('fires at occurrence %j', async (occurrence, expected) => {
    const fault = { service: 'iam', call: 'GetGroup', kind: 'throttle' } as const;
    sandbox.faults.add(occurrence === undefined ? fault : { ...fault, occurrence });
    expect(await outcomes(5)).toBe(expected);
  });

  it('fires for a parameter', async () => {
    const where = { UserName: 'bob' };
    sandbox.faults.add({
      service: 'iam',
      call: 'ListAccessKeys',
      where,
      kind: 'denied',
      occurrence: 'every',
    });
    await iam.send(new ListAccessKeysCommand({ UserName: 'ann' }));
    const bob = iam.send(new ListAccessKeysCommand({ UserName: 'bob' }));
    expect((await errorOf(bob)).code).toBe('AccessDenied');
  });

  it('fires for an account: for AssumeRole that of the role', async () => {
    const other = sandbox.organization.addAccount();
    sandbox.faults.add({ service: 'sts', account: other.id, kind: 'unavailable', occurrence: 'every' });
    await assume(sandbox, account);
    const RoleArn = roleArn(sandbox, other, 'OrganizationAccountAccessRole');
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' });
    expect((await errorOf(clientsOf(sandbox).sts.send(command))).code).toBe('ServiceUnavailable');
  });

  it('calls onFired each time', async () => {
    let fired = 0;
    const onFired = () => void (fired += 1);
    sandbox.faults.add({ service: 'iam', kind: 'throttle', occurrence: { from: 2, to: 3 }, onFired });
    expect(await outcomes(4)).toBe('.xx.');
    expect(fired).toBe(2);
  });

  it('can be removed', async () => {
    sandbox.faults.add({ service: 'iam', kind: 'reset', occurrence: 'every' });
    sandbox.faults.clear();
    expect(await outcomes(1)).toBe('.');
  });
});

describe('the call log', () => {
  it('has the caller and the names of parameters, and no secrets', async () => {
    await iam.send(new ListAccessKeysCommand({ UserName: 'ann' }));
    expect(sandbox.calls.all).toEqual([
      {
        service: 'iam',
        call: 'ListAccessKeys',
        account: account.id,
        parameters: ['UserName'],
        userName: 'ann',
        groupName: undefined,
        accessKeyId: undefined,
        at: expect.any(Date) as Date,
        caller: `arn:aws:sts::${account.id}:assumed-role/OrganizationAccountAccessRole/test-session`,
        sessionName: 'test-session',
        wrote: false,
        error: undefined,
      },
    ]);
    await errorOf(iam.send(new ListAccessKeysCommand({ UserName: 'nobody' })));
    expect(sandbox.calls.of('iam', 'ListAccessKeys').map((record) => record.error)).toEqual([
      undefined,
      'NoSuchEntity',
    ]);
    expect(sandbox.calls.counts()).toEqual({ 'iam:ListAccessKeys': 2 });
    sandbox.calls.reset();
    expect(sandbox.calls.all).toEqual([]);
    expect(sandbox.calls.counts()).toEqual({});
  });

  it('can keep only counts', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ recordCalls: false });
    await listAccounts();
    expect(sandbox.calls.all).toEqual([]);
    expect(sandbox.calls.counts()).toEqual({ 'organizations:ListAccounts': 1 });
  });
});
