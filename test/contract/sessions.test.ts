import { ListUsersCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { identifyCaller } from '../../src/aws/caller.ts';
import type { Clients } from '../../src/aws/clients.ts';
import { openSession } from '../../src/aws/session.ts';
import { groupMembers } from '../../src/aws/iam/members.ts';
import { plainClients, present } from '../emulators/seeding.ts';
import { now } from '../support/clock.ts';
import { EMULATORS } from './emulators.ts';
import { buildWorld, EXTERNAL_ID, ownClients, type World } from './world.ts';

const SIGNAL = new AbortController().signal;

describe.each(EMULATORS)('sessions on $name', ({ start }) => {
  let world: World;
  let own: Clients;
  beforeAll(async () => {
    world = await buildWorld(await start());
    own = ownClients(world.emulator);
  }, 60_000);
  afterAll(async () => {
    own.close();
    await world.close();
  });

  const assume = (accountId: string, ExternalId?: string) =>
    world.central.sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${accountId}:role/KeysweepRotation`,
        RoleSessionName: 'keysweep-20261127T225500Z-1a2b3c',
        DurationSeconds: 900,
        ...(ExternalId !== undefined && { ExternalId }),
      }),
    );

  describe('on the wire', () => {
    it('are not needed in the management account', async () => {
      const { Account, Arn } = await world.central.sts.send(new GetCallerIdentityCommand({}));
      expect(Account).toBe(world.accounts.management);
      expect(Arn).toContain(`::${world.accounts.management}:user/`);
    });

    it('last as long as was asked for', async () => {
      const asked = now();
      const { Credentials, AssumedRoleUser } = await assume(world.accounts.alpha);
      const seconds = (present(Credentials?.Expiration).getTime() - asked.getTime()) / 1000;
      expect(seconds).toBeGreaterThan(890);
      expect(seconds).toBeLessThan(910);
      expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
      expect(AssumedRoleUser?.Arn).toBe(
        `arn:aws:sts::${world.accounts.alpha}:assumed-role/KeysweepRotation/keysweep-20261127T225500Z-1a2b3c`,
      );
    });

    it('belong to the account of the role', async () => {
      const { Credentials } = await assume(world.accounts.alpha);
      const { sts, iam } = plainClients({
        ...world.emulator.endpoint,
        credentials: {
          accessKeyId: present(Credentials?.AccessKeyId),
          secretAccessKey: present(Credentials?.SecretAccessKey),
          sessionToken: present(Credentials?.SessionToken),
        },
      });
      const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
      expect(Account).toBe(world.accounts.alpha);
      expect(Arn).toBe(
        `arn:aws:sts::${world.accounts.alpha}:assumed-role/KeysweepRotation/keysweep-20261127T225500Z-1a2b3c`,
      );
      const { Users = [] } = await iam.send(new ListUsersCommand({}));
      expect(Users.map(({ UserName }) => UserName).sort()).toEqual(['ada', 'bob', 'eve']);
    });

    it('open with the external id that the trust policy asks for', async () => {
      const { Credentials } = await assume(world.accounts.gamma, EXTERNAL_ID);
      expect(Credentials?.SessionToken).toEqual(expect.any(String));
    });
  });

  describe('through keysweep', () => {
    const request = (accountId: string, externalId?: string) => ({
      partition: 'aws' as const,
      accountId,
      role: { name: 'KeysweepRotation', path: '/', ...(externalId !== undefined && { externalId }) },
      runId: '20261127T225500Z-1a2b3c',
      purpose: { reads: true } as const,
    });

    it('tell who keysweep is', async () => {
      expect(await identifyCaller(own.sts, SIGNAL)).toMatchObject({
        accountId: world.accounts.management,
        partition: 'aws',
      });
    });

    it('read the account that was asked for', async () => {
      const iam = own.iam(await openSession(own.sts, request(world.accounts.alpha), SIGNAL));
      expect(
        await groupMembers(iam, { accountId: world.accounts.alpha, groupName: 'Administrators' }, SIGNAL),
      ).toHaveLength(1);
      const other = own.iam(await openSession(own.sts, request(world.accounts.gamma, EXTERNAL_ID), SIGNAL));
      expect(
        await groupMembers(other, { accountId: world.accounts.gamma, groupName: 'Administrators' }, SIGNAL),
      ).toBeUndefined();
    });
  });
});
