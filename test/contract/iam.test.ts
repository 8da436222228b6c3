import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetGroupCommand,
  GetLoginProfileCommand,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  UpdateAccessKeyCommand,
  type IAMClient,
  type StatusType,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Clients } from '../../src/aws/clients.ts';
import { openSession } from '../../src/aws/session.ts';
import { accessKeys, keyOwner, keyUse } from '../../src/aws/iam/keys.ts';
import { groupMembers } from '../../src/aws/iam/members.ts';
import { isNoSuchEntity } from '../../src/aws/iam/no-such-entity.ts';
import { deactivateAccessKey, deleteAccessKey, reactivateAccessKey } from '../../src/aws/iam/revoke.ts';
import { hasConsoleAccess, userTags } from '../../src/aws/iam/user-facts.ts';
import { createUser, present } from '../emulators/seeding.ts';
import { EMULATORS } from './emulators.ts';
import { buildWorld, ownClients, type World } from './world.ts';

const SIGNAL = new AbortController().signal;
const NO_KEY = 'AKIAAAAAAAAAAAAAAAAA';

describe.each(EMULATORS)('IAM on $name', ({ start }) => {
  let world: World;
  let own: Clients;
  let wire: IAMClient;
  beforeAll(async () => {
    world = await buildWorld(await start());
    own = ownClients(world.emulator);
    wire = world.alpha.iam;
  }, 60_000);
  afterAll(async () => {
    own.close();
    await world.close();
  });

  /** A user of its own for a test that writes. */
  let users = 0;
  const victim = async (...keys: ('Active' | 'Inactive')[]): Promise<{ userName: string; ids: string[] }> => {
    const userName = `victim-${++users}`;
    return { userName, ids: await createUser(wire, { userName, keys }) };
  };
  /** The order of keys is not documented. */
  const statuses = async (UserName: string) => {
    const { AccessKeyMetadata = [] } = await wire.send(new ListAccessKeysCommand({ UserName }));
    return new Map(AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]));
  };
  const noSuchEntity = { name: 'NoSuchEntityException', $metadata: { httpStatusCode: 404 } };

  describe('on the wire', () => {
    it('lists the members of a group, whole as users are', async () => {
      const { Users, Group } = await wire.send(new GetGroupCommand({ GroupName: 'Developers' }));
      expect(Group?.Arn).toBe(`arn:aws:iam::${world.accounts.alpha}:group/Developers`);
      expect(Users?.map(({ UserName }) => UserName).sort()).toEqual(['ada', 'bob']);
      expect(Users?.find(({ UserName }) => UserName === 'ada')).toMatchObject({
        Arn: `arn:aws:iam::${world.accounts.alpha}:user/ada`,
        UserId: expect.any(String) as string,
        Path: '/',
        CreateDate: expect.any(Date) as Date,
      });
      expect((await wire.send(new GetGroupCommand({ GroupName: 'Empty' }))).Users).toEqual([]);
    });

    it('lists the keys of a user', async () => {
      const { AccessKeyMetadata = [] } = await wire.send(new ListAccessKeysCommand({ UserName: 'ada' }));
      const [active = '', inactive = ''] = world.keys.ada;
      expect(await statuses('ada')).toEqual(
        new Map([
          [active, 'Active'],
          [inactive, 'Inactive'],
        ]),
      );
      for (const key of AccessKeyMetadata)
        expect(key).toMatchObject({ UserName: 'ada', CreateDate: expect.any(Date) as Date });
      expect(world.keys.ada[0]).toMatch(/^AKIA[A-Z0-9]{16}$/);
    });

    it('tells the tags of a user', async () => {
      expect((await wire.send(new ListUserTagsCommand({ UserName: 'bob' }))).Tags).toEqual([
        { Key: 'keysweep', Value: 'exempt' },
        { Key: 'team', Value: 'b' },
      ]);
      expect((await wire.send(new ListUserTagsCommand({ UserName: 'ada' }))).Tags).toEqual([]);
    });

    it('tells that a key was never used by leaving the date out', async () => {
      const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: present(world.keys.eve[0]) });
      expect(await wire.send(command)).toMatchObject({
        UserName: 'eve',
        AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
      });
      expect((await wire.send(command)).AccessKeyLastUsed?.LastUsedDate).toBeUndefined();
    });

    it('knows a console password, and says NoSuchEntity where there is none', async () => {
      const { LoginProfile } = await wire.send(new GetLoginProfileCommand({ UserName: 'ada' }));
      expect(LoginProfile?.UserName).toBe('ada');
      await expect(wire.send(new GetLoginProfileCommand({ UserName: 'bob' }))).rejects.toMatchObject(
        noSuchEntity,
      );
    });

    it.each([
      ['a group', () => wire.send(new GetGroupCommand({ GroupName: 'Nobody' }))],
      ['the user of keys', () => wire.send(new ListAccessKeysCommand({ UserName: 'nobody' }))],
      ['the user of tags', () => wire.send(new ListUserTagsCommand({ UserName: 'nobody' }))],
      [
        'the key to delete',
        () => wire.send(new DeleteAccessKeyCommand({ UserName: 'eve', AccessKeyId: NO_KEY })),
      ],
      [
        'the key to deactivate',
        () =>
          wire.send(new UpdateAccessKeyCommand({ UserName: 'eve', AccessKeyId: NO_KEY, Status: 'Inactive' })),
      ],
      [
        'the user of a key',
        () => wire.send(new DeleteAccessKeyCommand({ UserName: 'nobody', AccessKeyId: NO_KEY })),
      ],
      [
        "the key, which is another user's",
        () =>
          wire.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: present(world.keys.eve[0]) })),
      ],
    ])('says NoSuchEntity when there is no such thing: %s', async (_, call) => {
      await expect(call()).rejects.toMatchObject(noSuchEntity);
    });

    it('deactivates, activates and deletes one key and no other', async () => {
      const { userName: UserName, ids } = await victim('Active', 'Active');
      const [AccessKeyId = '', other = ''] = ids;
      const set = (Status: StatusType) =>
        wire.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
      await set('Inactive');
      expect(await statuses(UserName)).toEqual(
        new Map([
          [AccessKeyId, 'Inactive'],
          [other, 'Active'],
        ]),
      );
      await set('Active');
      expect(await statuses(UserName)).toEqual(
        new Map([
          [AccessKeyId, 'Active'],
          [other, 'Active'],
        ]),
      );
      await wire.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      expect(await statuses(UserName)).toEqual(new Map([[other, 'Active']]));
    });

    it('lets a user have two keys, inactive ones counted', async () => {
      const { userName: UserName } = await victim('Active', 'Inactive');
      await expect(wire.send(new CreateAccessKeyCommand({ UserName }))).rejects.toMatchObject({
        name: 'LimitExceededException',
        $metadata: { httpStatusCode: 409 },
      });
    });
  });

  describe('through keysweep', () => {
    let iam: IAMClient;
    beforeAll(async () => {
      const request = {
        partition: 'aws' as const,
        accountId: world.accounts.alpha,
        role: { name: 'KeysweepRotation', path: '/' },
        runId: '20261127T225500Z-1a2b3c',
        purpose: { reads: true } as const,
      };
      iam = own.iam(await openSession(own.sts, request, SIGNAL));
    });

    it('reads groups: members, none, and no such group', async () => {
      const members = await groupMembers(
        iam,
        { accountId: world.accounts.alpha, groupName: 'Developers' },
        SIGNAL,
      );
      expect(members?.map(({ userName }) => userName).sort()).toEqual(['ada', 'bob']);
      expect(
        await groupMembers(iam, { accountId: world.accounts.alpha, groupName: 'Empty' }, SIGNAL),
      ).toEqual([]);
      expect(
        await groupMembers(iam, { accountId: world.accounts.alpha, groupName: 'Nobody' }, SIGNAL),
      ).toBeUndefined();
    });

    it('reads keys, and tells a user who is not there from one without keys', async () => {
      const keys = await accessKeys(iam, 'ada', SIGNAL);
      const ofAda = world.keys.ada.map((accessKeyId, index) => ({
        accessKeyId,
        status: ['Active', 'Inactive'][index],
        createDate: expect.any(Date) as Date,
      }));
      expect(keys).toHaveLength(2);
      expect(keys).toEqual(expect.arrayContaining(ofAda));
      expect(await accessKeys(iam, 'nobody', SIGNAL)).toBeUndefined();
    });

    it('reads what rules may ask about a user', async () => {
      expect(await userTags(iam, 'bob', SIGNAL)).toEqual(
        new Map([
          ['keysweep', 'exempt'],
          ['team', 'b'],
        ]),
      );
      expect(await hasConsoleAccess(iam, 'ada', SIGNAL)).toBe(true);
      expect(await hasConsoleAccess(iam, 'bob', SIGNAL)).toBe(false);
      expect(await keyUse(iam, present(world.keys.eve[0]), SIGNAL)).toEqual({ owner: 'eve' });
      expect(await keyOwner(iam, 'AKIAIOSFODNN7EXAMPLE', SIGNAL)).toBeUndefined();
    });

    it('writes, and says of what is gone that there is no such entity', async () => {
      const { userName, ids } = await victim('Active');
      const key = { userName, accessKeyId: present(ids[0]) };
      await deactivateAccessKey(wire, key, SIGNAL);
      expect(await statuses(userName)).toEqual(new Map([[key.accessKeyId, 'Inactive']]));
      await deactivateAccessKey(wire, key, SIGNAL);
      await reactivateAccessKey(wire, key, SIGNAL);
      expect(await statuses(userName)).toEqual(new Map([[key.accessKeyId, 'Active']]));
      await deleteAccessKey(wire, key, SIGNAL);
      expect(await statuses(userName)).toEqual(new Map());
      for (const write of [
        () => deleteAccessKey(wire, key, SIGNAL),
        () => deactivateAccessKey(wire, key, SIGNAL),
        () => deleteAccessKey(wire, { ...key, userName: 'nobody' }, SIGNAL),
      ])
        await expect(write().catch(isNoSuchEntity)).resolves.toBe(true);
    });
  });
});
