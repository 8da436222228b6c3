import {
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetGroupCommand,
  GetLoginProfileCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  ListAttachedUserPoliciesCommand,
  ListUserTagsCommand,
  UpdateAccessKeyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { STSClient, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Clients } from '../../src/aws/clients.ts';
import { sourceIdentityOf } from '../../src/aws/caller.ts';
import { type SessionPurpose, type WriteAction, type WritePurpose } from '../../src/aws/session-policy.ts';
import { openSession, type SessionRequest } from '../../src/aws/session.ts';
import { failureOf } from '../../src/aws/calling.ts';
import type { SandboxKey } from '../../sandbox/organization/entities.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { ALLOW_ALL, parsePolicy } from '../../sandbox/policy/document.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { fromNow, MINUTE } from '../support/clock.ts';
import { addRotationRole, onSandbox, organizationOf } from '../support/sweeping.ts';

const ACCOUNT = '100000000001';
const RUN_ID = '20261127T225500Z-1a2b3c';
const SIGNAL = new AbortController().signal;

const request = (overrides: Partial<SessionRequest> = {}): SessionRequest => ({
  partition: 'aws',
  accountId: ACCOUNT,
  role: { name: 'KeysweepRotation', path: '/' },
  runId: RUN_ID,
  purpose: { reads: true },
  ...overrides,
});

interface Setting {
  readonly sandbox: Sandbox;
  readonly clients: Clients;
  /** What was sent with AssumeRole. */
  readonly sent: AssumeRoleCommandInput[];
  /** An IAM client in a session for this purpose. */
  readonly enter: (purpose: SessionPurpose) => Promise<IAMClient>;
  /** The IDs of ada's keys. */
  readonly keys: readonly string[];
}

/** One account with ada, and a rotation role that may do anything: only the session policy limits it. */
async function setting(): Promise<Setting> {
  const organization = organizationOf(0);
  const account = organization.addAccount({ id: ACCOUNT });
  organization.addUser({ account, userName: 'ada', groups: ['Developers'], keys: [{}, {}], console: true });
  organization.addRole({
    account,
    roleName: 'KeysweepRotation',
    trust: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '999999999999' }, Action: 'sts:AssumeRole' }],
    },
    policies: { everything: ALLOW_ALL },
  });
  const on = await onSandbox({ organization });
  const { clients } = on.dependencies();
  const sent: AssumeRoleCommandInput[] = [];
  clients.sts.middlewareStack.add(
    (next) => (args) => {
      sent.push(args.input as AssumeRoleCommandInput);
      return next(args);
    },
    { step: 'initialize' },
  );
  return {
    sandbox: on.sandbox,
    clients,
    sent,
    enter: async (purpose) => clients.iam(await openSession(clients.sts, request({ purpose }), SIGNAL)),
    keys: organization.keysOf(ACCOUNT).map(({ accessKeyId }) => accessKeyId),
  };
}

/** `done`, or AWS's code. */
async function tried(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => failureOf('iam:Call', error).code,
  );
}

const UserName = 'ada';
const CALLS = {
  GetGroup: (iam) => iam.send(new GetGroupCommand({ GroupName: 'Developers' })),
  ListAccessKeys: (iam) => iam.send(new ListAccessKeysCommand({ UserName })),
  GetAccessKeyLastUsed: (iam, AccessKeyId) => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })),
  ListAttachedUserPolicies: (iam) => iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
  ListUserTags: (iam) => iam.send(new ListUserTagsCommand({ UserName })),
  GetLoginProfile: (iam) => iam.send(new GetLoginProfileCommand({ UserName })),
  ListUsers: (iam) => iam.send(new ListUsersCommand({})),
  UpdateAccessKey: (iam, AccessKeyId) =>
    iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' })),
  DeleteAccessKey: (iam, AccessKeyId) => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
} satisfies Record<string, (iam: IAMClient, AccessKeyId: string) => Promise<unknown>>;
const READS = [
  ...['GetGroup', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'ListUserTags', 'GetLoginProfile'],
  'ListAttachedUserPolicies',
];

const EXEMPT = { key: 'keysweep', value: 'exempt' };
const writing = (
  calls: readonly WriteAction[],
  users: readonly string[] = ['bob', UserName],
  exemptTag: WritePurpose['exemptTag'] = EXEMPT,
): WritePurpose => ({ writes: Object.fromEntries(calls.map((call) => [call, users])), exemptTag });

describe('what a session may do when the role may do anything', () => {
  it.each<[string, SessionPurpose, readonly string[]]>([
    ['plans', { reads: true }, READS],
    ['deactivates', writing(['iam:UpdateAccessKey']), ['UpdateAccessKey']],
    ['deletes', writing(['iam:DeleteAccessKey']), ['DeleteAccessKey']],
    [
      'does both',
      writing(['iam:DeleteAccessKey', 'iam:UpdateAccessKey']),
      ['UpdateAccessKey', 'DeleteAccessKey'],
    ],
    [
      'deactivates her keys and deletes those of others',
      { writes: { 'iam:UpdateAccessKey': [UserName], 'iam:DeleteAccessKey': ['bob'] }, exemptTag: EXEMPT },
      ['UpdateAccessKey'],
    ],
    ['deactivates keys of others', writing(['iam:UpdateAccessKey'], ['bob', 'ad', 'ada2']), []],
  ])('when it %s', async (_, purpose, allowed) => {
    const { enter, keys, sandbox } = await setting();
    const iam = await enter(purpose);
    for (const [call, send] of Object.entries(CALLS)) {
      const ended = await tried(send(iam, keys[0] ?? ''));
      expect(`${call} ${ended}`).toBe(`${call} ${allowed.includes(call) ? 'done' : 'AccessDenied'}`);
    }
    expect(
      sandbox.calls
        .writes()
        .map(({ call }) => call)
        .sort(),
    ).toEqual(allowed.filter((call) => !READS.includes(call)).sort());
  });
});

describe('a session for writes, when the role may do anything', () => {
  const deactivate = (iam: IAMClient, key: SandboxKey) =>
    tried(
      iam.send(
        new UpdateAccessKeyCommand({
          UserName: key.user.userName,
          AccessKeyId: key.accessKeyId,
          Status: 'Inactive',
        }),
      ),
    );

  it('writes to the named users only, whatever their path', async () => {
    const { enter, sandbox } = await setting();
    const { organization } = sandbox;
    for (const [userName, path] of [
      ['eve', '/a/b/'],
      ['eve2', '/eve/'],
    ] as const)
      organization.addUser({ account: ACCOUNT, userName, path, keys: [{}] });
    const iam = await enter(writing(['iam:UpdateAccessKey'], ['eve']));
    const ended = await Promise.all(
      organization.keysOf(ACCOUNT).map(async (key) => `${key.user.userName} ${await deactivate(iam, key)}`),
    );
    expect(ended.toSorted()).toEqual([
      'ada AccessDenied',
      'ada AccessDenied',
      'eve done',
      'eve2 AccessDenied',
    ]);
  });

  it.each([
    [{ key: 'keysweep', value: 'exempt' }, 'AccessDenied'],
    [{ key: 'keysweep', value: 'other' }, 'done'],
    [false, 'done'],
  ] as const)('with the exempt tag %j, writes to a user with keysweep=exempt: %s', async (exemptTag, end) => {
    const { enter, sandbox } = await setting();
    const tags = { keysweep: 'exempt' };
    sandbox.organization.addUser({ account: ACCOUNT, userName: 'spared', keys: [{}], tags });
    const iam = await enter(writing(['iam:UpdateAccessKey'], ['spared'], exemptTag));
    const key = sandbox.organization.keysOf(ACCOUNT).find(({ user }) => user.userName === 'spared');
    expect(await deactivate(iam, key!)).toBe(end);
  });

  it.each([
    [1, 'done'],
    [10, 'done'],
    [25, 'PackedPolicyTooLargeException'],
  ])('for %i users with the longest names and the longest tag: %s', async (count, end) => {
    const { clients, sent } = await setting();
    const users = Array.from({ length: count }, (_, index) => 'x'.repeat(62) + String(index + 10));
    const tag = { key: 'k'.repeat(128), value: 'v'.repeat(256) };
    const purpose = writing(['iam:UpdateAccessKey'], users, tag);
    expect(await tried(openSession(clients.sts, request({ purpose }), SIGNAL))).toBe(end);
    expect(sent).toHaveLength(end === 'done' ? 1 : 0);
  });
});

describe('the input of AssumeRole', () => {
  it('has a session name of its own for an undo', async () => {
    const { clients, sent } = await setting();
    await openSession(clients.sts, request({ undo: true }), SIGNAL);
    expect(sent[0]?.RoleSessionName).toBe(`keysweep-undo-${RUN_ID}`);
    expect(sent[0]?.RoleSessionName).toMatch(/^[\w+=,.@-]{2,64}$/);
  });

  it('has the role, the run, the shortest duration, and no external ID by default', async () => {
    const { clients, sent } = await setting();
    await openSession(clients.sts, request(), SIGNAL);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/KeysweepRotation`,
      RoleSessionName: `keysweep-${RUN_ID}`,
      DurationSeconds: 900,
    });
    expect(sent[0]).not.toHaveProperty('ExternalId');
    expect(sent[0]?.RoleSessionName).toMatch(/^[\w+=,.@-]{2,64}$/);
    expect(sent[0]?.Policy?.length).toBeLessThan(2048);
  });

  it('has the external ID that is configured', async () => {
    const { clients, sent } = await setting();
    const role = { name: 'KeysweepRotation', path: '/', externalId: 'a:b/c' };
    await openSession(clients.sts, request({ role }), SIGNAL);
    expect(sent[0]?.ExternalId).toBe('a:b/c');
  });

  it.each([
    ['aws-us-gov', '/', `arn:aws-us-gov:iam::${ACCOUNT}:role/R`],
    ['aws-cn', '/ops/keys/', `arn:aws-cn:iam::${ACCOUNT}:role/ops/keys/R`],
  ] as const)('is a role ARN of the partition %s below the path %s', async (partition, path, arn) => {
    const { clients, sent } = await setting();
    await openSession(clients.sts, request({ partition, role: { name: 'R', path } }), SIGNAL).catch(
      () => undefined,
    );
    expect(sent[0]?.RoleArn).toBe(arn);
  });

  it('names the run in the calls of the session', async () => {
    const { enter, sandbox } = await setting();
    await tried(CALLS.GetGroup(await enter({ reads: true })));
    expect(sandbox.calls.of('iam', 'GetGroup')[0]).toMatchObject({
      account: ACCOUNT,
      sessionName: `keysweep-${RUN_ID}`,
    });
  });
});

describe('a session', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const assumptions = ({ sandbox }: Setting): number => sandbox.calls.of('sts', 'AssumeRole').length;
  const pass = (minutes: number): void => {
    vi.setSystemTime(fromNow(minutes * MINUTE));
  };

  it('is opened once for any number of calls', async () => {
    const on = await setting();
    const iam = await on.enter({ reads: true });
    await Promise.all(Array.from({ length: 10 }, () => CALLS.GetGroup(iam)));
    await CALLS.ListUserTags(iam);
    expect(assumptions(on)).toBe(1);
  });

  it.each([
    ['is about to expire', 11],
    ['has expired', 16],
    ['expired long ago', 600],
  ])('is renewed when it %s', async (_, minutes) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const on = await setting();
    const iam = await on.enter({ reads: true });
    await CALLS.GetGroup(iam);
    pass(5);
    await CALLS.GetGroup(iam);
    expect(assumptions(on)).toBe(1);
    pass(minutes - 5);
    await Promise.all([CALLS.GetGroup(iam), CALLS.ListUserTags(iam), CALLS.GetLoginProfile(iam)]);
    expect(assumptions(on)).toBe(2);
    expect(on.sent[1]).toEqual(on.sent[0]);
  });
});

describe('who runs keysweep', () => {
  const trusting = (organization: SandboxOrganization, ...actions: string[]): void => {
    const role = organization.account(ACCOUNT).role('KeysweepRotation');
    const principal = { AWS: '999999999999' };
    role.trust = parsePolicy({ Statement: { Effect: 'Allow', Principal: principal, Action: actions } });
  };
  const sourceIdentity = 'ada@example.com';

  it('is in every call of the session, where the role allows it', async () => {
    const { clients, sandbox, sent } = await setting();
    trusting(sandbox.organization, 'sts:AssumeRole', 'sts:SetSourceIdentity');
    await CALLS.GetGroup(clients.iam(await openSession(clients.sts, request({ sourceIdentity }), SIGNAL)));
    expect(sent.map(({ SourceIdentity }) => SourceIdentity)).toEqual([sourceIdentity]);
    expect(sandbox.calls.of('iam', 'GetGroup')[0]).toMatchObject({ sourceIdentity });
  });

  it('is left out where the role of an earlier deployment does not allow it', async () => {
    const { clients, sandbox, sent } = await setting();
    trusting(sandbox.organization, 'sts:AssumeRole');
    await CALLS.GetGroup(clients.iam(await openSession(clients.sts, request({ sourceIdentity }), SIGNAL)));
    expect(sent.map(({ SourceIdentity }) => SourceIdentity)).toEqual([sourceIdentity, undefined]);
    expect(sandbox.calls.of('iam', 'GetGroup')[0]).toMatchObject({ sourceIdentity: undefined });
  });

  it('does not let in where the role trusts nobody', async () => {
    const { clients, sandbox } = await setting();
    trusting(sandbox.organization, 'sts:SetSourceIdentity');
    const opening = openSession(clients.sts, request({ sourceIdentity }), SIGNAL);
    await expect(opening).rejects.toMatchObject({ failure: { kind: 'cannot-assume' } });
  });

  it('is not tried again when the call failed otherwise', async () => {
    const { clients, sandbox, sent } = await setting();
    sandbox.faults.add({ service: 'sts', kind: 'garbled', occurrence: 'every' });
    await openSession(clients.sts, request({ sourceIdentity }), SIGNAL).catch(() => undefined);
    expect(new Set(sent.map(({ SourceIdentity }) => SourceIdentity))).toEqual(new Set([sourceIdentity]));
  });

  it.each([
    ['arn:aws:sts::111111111111:assumed-role/keysweep-rotator/keysweep-rotator', 'keysweep-rotator'],
    ['arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Keys_0a/ada@example.com', 'ada@example.com'],
    ['arn:aws:iam::111111111111:user/team/ada', 'ada'],
    ['arn:aws:iam::111111111111:user/a', undefined],
    [`arn:aws:iam::111111111111:user/${'a'.repeat(65)}`, undefined],
  ])('is named by the ARN %s', (arn, name) => {
    expect(sourceIdentityOf(arn)).toBe(name);
  });
});

describe('a session that cannot be opened', () => {
  const failed = async (clients: Clients, overrides: Partial<SessionRequest> = {}) =>
    failureOf(
      'keysweep',
      await openSession(clients.sts, request(overrides), SIGNAL).catch((error: unknown) => error),
    );

  it('is cannot-assume when the role or the account does not exist', async () => {
    const { clients } = await setting();
    const missing = { kind: 'cannot-assume', call: 'sts:AssumeRole', code: 'AccessDenied' };
    const role = { name: 'Nobody', path: '/' };
    expect(await failed(clients, { role })).toMatchObject(missing);
    expect(await failed(clients, { role: { name: 'KeysweepRotation', path: '/else/' } })).toMatchObject(
      missing,
    );
    expect(await failed(clients, { accountId: '100000000099' })).toMatchObject(missing);
  });

  it('is cannot-assume, too, when the role does not trust the caller', async () => {
    const { clients, sandbox } = await setting();
    const { organization } = sandbox;
    const other = organization.addAccount({ id: '100000000002' });
    addRotationRole(organization, other.id, 'secret-handshake');
    const accountId = other.id;
    const role = { name: 'KeysweepRotation', path: '/' };
    expect(await failed(clients, { accountId })).toMatchObject({ kind: 'cannot-assume' });
    expect(await failed(clients, { accountId, role: { ...role, externalId: 'wrong' } })).toMatchObject({
      kind: 'cannot-assume',
    });
    await openSession(
      clients.sts,
      request({ accountId, role: { ...role, externalId: 'secret-handshake' } }),
      SIGNAL,
    );
  });

  it('is throttled when STS throttles, after retries', async () => {
    const { clients, sandbox } = await setting();
    sandbox.faults.add({
      service: 'sts',
      call: 'AssumeRole',
      kind: 'throttle',
      occurrence: { from: 1, to: 2 },
    });
    await openSession(clients.sts, request(), SIGNAL);
    expect(sandbox.faults.fired).toBe(2);
    // Nine attempts would take half a minute.
    const { url: endpoint, region, credentials } = sandbox;
    const impatient = new STSClient({ endpoint, region, credentials, maxAttempts: 2 });
    sandbox.faults.add({ service: 'sts', kind: 'throttle', occurrence: 'every' });
    expect(await failed({ ...clients, sts: impatient })).toMatchObject({
      kind: 'throttled',
      code: 'Throttling',
    });
  });

  it('is not cannot-assume when STS fails or the run is aborted', async () => {
    const { clients, sandbox } = await setting();
    sandbox.faults.add({ service: 'sts', kind: 'garbled', occurrence: 'every' });
    expect((await failed(clients)).kind).toBe('failed');
    const gone = await openSession(clients.sts, request(), AbortSignal.abort()).catch(
      (error: unknown) => error,
    );
    expect(failureOf('keysweep', gone).kind).toBe('not-reached');
  });
});
