import { describe, expect, it } from 'vitest';

import { openSession } from '../../../src/aws/session.ts';
import type { Failure } from '../../../src/aws/failure.ts';
import { failureOf } from '../../../src/aws/calling.ts';
import { accessKeys, keyOwner, keyUse } from '../../../src/aws/iam/keys.ts';
import { groupMembers } from '../../../src/aws/iam/members.ts';
import { attachedPolicies, hasConsoleAccess, userTags } from '../../../src/aws/iam/user-facts.ts';
import type { SandboxOptions } from '../../../sandbox/sandbox.ts';
import { iamAnswering } from '../../support/answering.ts';
import { ADA, onSandbox, organizationOf, renameUser } from '../../support/sweeping.ts';

const ACCOUNT = '100000000001';
const SIGNAL = new AbortController().signal;

/** A session that reads in an account with these users. */
async function reading(users: Parameters<typeof organizationOf>[1], options: SandboxOptions = {}) {
  const organization = organizationOf(1, users);
  const { sandbox, dependencies } = await onSandbox({ organization, sandbox: options });
  const { clients } = dependencies();
  const request = {
    partition: 'aws',
    accountId: ACCOUNT,
    role: { name: 'KeysweepRotation', path: '/' },
    runId: '20261127T225500Z-1a2b3c',
    purpose: { reads: true },
  } as const;
  const iam = clients.iam(await openSession(clients.sts, request, SIGNAL));
  return { iam, organization, sandbox };
}

async function failed(read: Promise<unknown>): Promise<Failure> {
  return failureOf('keysweep', await read.catch((error: unknown) => error));
}

const GROUP_ARN = `arn:aws:iam::${ACCOUNT}:group/Developers`;
const GROUP = `<Group><GroupName>Developers</GroupName><Arn>${GROUP_ARN}</Arn></Group>`;
const member = (name: string): string =>
  `<member><UserName>${name}</UserName><UserId>AIDA${name}</UserId>` +
  `<Arn>arn:aws:iam::${ACCOUNT}:user/${name}</Arn></member>`;
const key = (fields: Readonly<Record<string, string>>): string =>
  `<AccessKeyMetadata><member>${Object.entries({
    UserName: 'ada',
    AccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    Status: 'Active',
    CreateDate: '2026-01-02T03:04:05Z',
    ...fields,
  })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</member></AccessKeyMetadata><IsTruncated>false</IsTruncated>`;

describe('a group', () => {
  it('of 2,500 members is read completely, in three pages', async () => {
    const names = Array.from({ length: 2_500 }, (_, index) => `user-${index}`);
    const { iam, sandbox } = await reading(() =>
      names.map((userName) => ({ userName, groups: ['Developers'] })),
    );
    const members = await groupMembers(iam, { accountId: ACCOUNT, groupName: 'Developers' }, SIGNAL);
    expect(members?.map(({ userName }) => userName).sort()).toEqual(names.sort());
    expect(new Set(members?.map(({ userId }) => userId)).size).toBe(2_500);
    expect(sandbox.calls.of('iam', 'GetGroup')).toHaveLength(3);
  });

  it('is read completely over empty and short pages', async () => {
    const users = ['ada', 'bob', 'cleo'].map((userName) => ({ userName, groups: ['Developers'] }));
    const { iam } = await reading(() => users, {
      pages: { emptyFirst: true, maximumSize: 1 },
      faults: [{ service: 'iam', call: 'GetGroup', occurrence: 3, kind: 'empty-page' }],
    });
    expect(
      (await groupMembers(iam, { accountId: ACCOUNT, groupName: 'Developers' }, SIGNAL))?.map(
        ({ userName }) => userName,
      ),
    ).toEqual(['ada', 'bob', 'cleo']);
  });

  it('may be missing, or empty', async () => {
    const { iam, organization } = await reading(() => []);
    organization.addGroup(ACCOUNT, 'Empty');
    expect(await groupMembers(iam, { accountId: ACCOUNT, groupName: 'Developers' }, SIGNAL)).toBeUndefined();
    expect(await groupMembers(iam, { accountId: ACCOUNT, groupName: 'Empty' }, SIGNAL)).toEqual([]);
  });

  it.each([
    ['a member without a name', member('ada').replace('<UserName>ada</UserName>', '')],
    ['a member without an ID', member('ada').replace('<UserId>AIDAada</UserId>', '')],
    ['a member without an ARN', member('ada').replace(/<Arn>.*<\/Arn>/, '')],
  ])('is rejected with %s', async (_, wrong) => {
    const iam = iamAnswering(
      'GetGroup',
      `${GROUP}<Users>${member('bob')}${wrong}</Users><IsTruncated>false</IsTruncated>`,
    );
    expect(
      await failed(groupMembers(iam, { accountId: ACCOUNT, groupName: 'Developers' }, SIGNAL)),
    ).toMatchObject({
      kind: 'failed',
      call: 'iam:GetGroup',
      code: 'IncompleteAnswer',
    });
  });

  it.each([
    ['no list of users', [''], 'IncompleteAnswer'],
    [
      'no marker on a truncated page',
      [`${GROUP}<Users>${member('a')}</Users><IsTruncated>true</IsTruncated>`],
      'TruncatedWithoutMarker',
    ],
    [
      'the same marker twice',
      [`${GROUP}<Users>${member('a')}</Users><IsTruncated>true</IsTruncated><Marker>m</Marker>`],
      'RepeatedToken',
    ],
  ])('is rejected with %s', async (_, answers, code) => {
    const iam = iamAnswering('GetGroup', ...answers);
    expect(
      (await failed(groupMembers(iam, { accountId: ACCOUNT, groupName: 'Developers' }, SIGNAL))).code,
    ).toBe(code);
  });

  it.each([
    ['another group', GROUP.replaceAll('Developers', 'Admins'), member('ada')],
    ['another account', GROUP.replace(ACCOUNT, '100000000009'), member('ada')],
    ['no group', '', member('ada')],
    ['a member of another account', GROUP, member('ada').replace(ACCOUNT, '100000000009')],
  ])('is rejected when AWS sends the members of %s', async (_, found, users) => {
    const iam = iamAnswering('GetGroup', `${found}<Users>${users}</Users><IsTruncated>false</IsTruncated>`);
    const read = groupMembers(iam, { accountId: ACCOUNT, groupName: 'Developers' }, SIGNAL);
    expect((await failed(read)).code).toMatch(/^(WrongGroup|IncompleteAnswer)$/);
  });

  it('is not believed to be missing when a later page says so', async () => {
    const users = ['ada', 'bob'].map((userName) => ({ userName, groups: ['Developers'] }));
    const onFired = (): void => {
      const { groups } = organization.account(ACCOUNT);
      groups.remove(groups.get('Developers')!);
    };
    const { iam, organization } = await reading(() => users, {
      pages: { maximumSize: 1 },
      faults: [{ service: 'iam', call: 'GetGroup', occurrence: 2, kind: 'slow', milliseconds: 1, onFired }],
    });
    const read = groupMembers(iam, { accountId: ACCOUNT, groupName: 'Developers' }, SIGNAL);
    expect((await failed(read)).code).toMatch(/^NoSuchEntity/);
  });

  it('is rejected when a later page is denied', async () => {
    const users = ['ada', 'bob'].map((userName) => ({ userName, groups: ['Developers'] }));
    const { iam } = await reading(() => users, {
      pages: { maximumSize: 1 },
      faults: [{ service: 'iam', call: 'GetGroup', occurrence: 2, kind: 'denied' }],
    });
    expect(
      await failed(groupMembers(iam, { accountId: ACCOUNT, groupName: 'Developers' }, SIGNAL)),
    ).toMatchObject({
      kind: 'denied',
      call: 'iam:GetGroup',
    });
  });
});

describe('the keys of a user', () => {
  it('are all read, however many there are and whatever their status', async () => {
    const keys = Array.from({ length: 8 }, (_, index) => ({
      status: ['Active', 'Inactive', 'Expired', 'Frozen'][index % 4] ?? '',
    }));
    const { iam, organization } = await reading(() => [{ ...ADA, keys }], { pages: { maximumSize: 3 } });
    const read = await accessKeys(iam, 'ada', SIGNAL);
    expect(read?.map(({ accessKeyId, status }) => `${accessKeyId} ${status}`).sort()).toEqual(
      organization
        .keysOf(ACCOUNT)
        .map(({ accessKeyId, status }) => `${accessKeyId} ${status}`)
        .sort(),
    );
    expect(read?.every(({ createDate }) => createDate instanceof Date)).toBe(true);
  });

  it('are empty for a user without keys, and undefined without such a user', async () => {
    const { iam } = await reading(() => [{ ...ADA, keys: [] }]);
    expect(await accessKeys(iam, 'ada', SIGNAL)).toEqual([]);
    expect(await accessKeys(iam, 'nobody', SIGNAL)).toBeUndefined();
  });

  it('are never listed without a name, which would return those of the caller', async () => {
    const { iam, sandbox } = await reading(() => []);
    sandbox.calls.reset();
    expect((await failed(accessKeys(iam, '', SIGNAL))).code).toBe('NoUserName');
    expect(sandbox.calls.all).toEqual([]);
  });

  it.each([
    ['a key of another user', { UserName: 'bob' }, 'WrongUser'],
    ['a key without a user', { UserName: '' }, 'WrongUser'],
    ['a key without an ID', { AccessKeyId: '' }, 'IncompleteAnswer'],
    ['a key without a status', { Status: '' }, 'IncompleteAnswer'],
    ['a key without a date', { CreateDate: '' }, 'IncompleteAnswer'],
  ])('are rejected with %s', async (_, fields, code) => {
    const iam = iamAnswering('ListAccessKeys', key(fields));
    expect(await failed(accessKeys(iam, 'ada', SIGNAL))).toMatchObject({
      kind: 'failed',
      call: 'iam:ListAccessKeys',
      code,
    });
  });

  it('are rejected when one is listed twice', async () => {
    const twice = key({}).replace(/<member>.*<\/member>/, '$&$&');
    const iam = iamAnswering('ListAccessKeys', twice);
    expect(await failed(accessKeys(iam, 'ada', SIGNAL))).toMatchObject({ code: 'KeyListedTwice' });
  });

  it('are compared by user name without case, as IAM does', async () => {
    const iam = iamAnswering('ListAccessKeys', key({ UserName: 'Ada' }));
    expect(await accessKeys(iam, 'ada', SIGNAL)).toEqual([
      { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', status: 'Active', createDate: new Date('2026-01-02T03:04:05Z') },
    ]);
  });

  it.each([
    ['no list', '<IsTruncated>false</IsTruncated>', 'IncompleteAnswer'],
    [
      'no marker on a truncated page',
      '<AccessKeyMetadata></AccessKeyMetadata><IsTruncated>true</IsTruncated>',
      'TruncatedWithoutMarker',
    ],
  ])('are rejected with %s', async (_, answer, code) => {
    expect((await failed(accessKeys(iamAnswering('ListAccessKeys', answer), 'ada', SIGNAL))).code).toBe(code);
  });
});

describe('other facts about a user', () => {
  it('include every tag, over all pages', async () => {
    const tags = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`tag-${index}`, String(index)]));
    const { iam } = await reading(() => [{ ...ADA, tags }], { pages: { maximumSize: 2, emptyFirst: true } });
    expect(await userTags(iam, 'ada', SIGNAL)).toEqual(new Map(Object.entries(tags)));
  });

  it.each([
    ['no list', ''],
    ['a tag without a key', '<Tags><member><Value>a</Value></member></Tags>'],
    ['a tag without a value', '<Tags><member><Key>a</Key></member></Tags>'],
  ])('are rejected with tags that have %s', async (_, answer) => {
    const read = userTags(iamAnswering('ListUserTags', answer), 'ada', SIGNAL);
    expect(await failed(read)).toMatchObject({ call: 'iam:ListUserTags', code: 'IncompleteAnswer' });
  });

  it('include no tags for a missing user, who might be exempt', async () => {
    const { iam } = await reading(() => []);
    expect((await failed(userTags(iam, 'ada', SIGNAL))).code).toMatch(/^NoSuchEntity/);
  });

  it('include every managed policy, over all pages', async () => {
    const { iam, sandbox, organization } = await reading(() => [ADA], {
      pages: { maximumSize: 1, emptyFirst: true },
    });
    const arns = ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'];
    organization.user(ACCOUNT, 'ada').attachedPolicies = arns;
    expect(await attachedPolicies(iam, 'ada', SIGNAL)).toEqual(arns);
    sandbox.faults.add({ service: 'iam', call: 'ListAttachedUserPolicies', kind: 'denied' });
    expect((await failed(attachedPolicies(iam, 'ada', SIGNAL))).kind).toBe('denied');
  });

  it.each([
    ['no list', ''],
    [
      'a policy without an ARN',
      '<AttachedPolicies><member><PolicyName>A</PolicyName></member></AttachedPolicies>',
    ],
  ])('are rejected with policies that have %s', async (_, answer) => {
    const read = attachedPolicies(iamAnswering('ListAttachedUserPolicies', answer), 'ada', SIGNAL);
    expect(await failed(read)).toMatchObject({ code: 'IncompleteAnswer' });
  });

  it('include whether there is a password, which a denial leaves unknown', async () => {
    const { iam, sandbox } = await reading(() => [ADA, { ...ADA, userName: 'robot', console: false }]);
    expect(await hasConsoleAccess(iam, 'ada', SIGNAL)).toBe(true);
    expect(await hasConsoleAccess(iam, 'robot', SIGNAL)).toBe(false);
    sandbox.faults.add({ service: 'iam', call: 'GetLoginProfile', kind: 'denied' });
    expect(await failed(hasConsoleAccess(iam, 'ada', SIGNAL))).toMatchObject({
      kind: 'denied',
      call: 'iam:GetLoginProfile',
    });
  });

  it('include when a key was last used, or that it never was', async () => {
    const { iam, organization } = await reading(() => [{ ...ADA, keys: [{ lastUsedDaysAgo: 3 }, {}] }]);
    const [used, unused] = organization.keysOf(ACCOUNT);
    const at = used?.lastUsed?.at ?? 0;
    expect(await keyUse(iam, used?.accessKeyId ?? '', SIGNAL)).toEqual({
      owner: 'ada',
      lastUsed: new Date(Math.floor(at / 1000) * 1000),
      service: used?.lastUsed?.service,
      region: used?.lastUsed?.region,
    });
    expect(await keyUse(iam, unused?.accessKeyId ?? '', SIGNAL)).toEqual({ owner: 'ada' });
  });

  it.each([
    ['last use', '<UserName>ada</UserName>'],
    ['user', '<AccessKeyLastUsed><Region>N/A</Region></AccessKeyLastUsed>'],
  ])('are rejected when the answer about their use has no %s', async (_, answer) => {
    const use = keyUse(iamAnswering('GetAccessKeyLastUsed', answer), 'AKIA', SIGNAL);
    expect((await failed(use)).code).toBe('IncompleteAnswer');
  });

  it('have an owner, by whatever name, until they are gone', async () => {
    const { iam, organization } = await reading(() => [ADA]);
    const [key] = organization.keysOf(ACCOUNT);
    expect(await keyOwner(iam, key!.accessKeyId, SIGNAL)).toBe('ada');
    renameUser(organization.account(ACCOUNT), key!.user, 'lovelace');
    expect(await keyOwner(iam, key!.accessKeyId, SIGNAL)).toBe('lovelace');
    organization.account(ACCOUNT).deleteKey(key!);
    expect(await keyOwner(iam, key!.accessKeyId, SIGNAL)).toBeUndefined();
  });
});
