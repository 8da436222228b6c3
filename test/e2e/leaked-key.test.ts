import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CreateOrganizationCommand } from '@aws-sdk/client-organizations';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { paginateListAccessKeys } from '@aws-sdk/client-iam';
import { describe, expect, it, onTestFinished } from 'vitest';

import { borrowMoto, type Moto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { DAY } from '../support/clock.ts';
import { createGroups, createRole, createUser, plainClients } from '../emulators/seeding.ts';
import { keysweep } from '../support/keysweep-process.ts';

/** On an emulator that we did not write. */

const ADMINISTRATOR = { accessKeyId: 'testing', secretAccessKey: 'testing' };
const REASON = ['--reason', 'INC-12'];

async function plant(moto: Moto) {
  const { iam, organizations, s3, sts } = plainClients({
    url: moto.url,
    region: 'us-east-1',
    credentials: ADMINISTRATOR,
  });
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'ledger' }));
  const { Account: trusts = '' } = await sts.send(new GetCallerIdentityCommand({}));
  await createGroups(iam, 'Developers');
  await createRole(iam, { roleName: 'KeysweepRotation', trusts, actions: ['iam:*'] });
  const [key = ''] = await createUser(iam, { userName: 'eve', keys: ['Active'] });
  const [other = ''] = await createUser(iam, { userName: 'ada', keys: ['Active'] });
  const statuses = async () => {
    const found: Record<string, string | undefined> = {};
    for (const UserName of ['eve', 'ada'])
      for await (const page of paginateListAccessKeys({ client: iam }, { UserName }))
        for (const { AccessKeyId = '', Status } of page.AccessKeyMetadata ?? []) found[AccessKeyId] = Status;
    return found;
  };
  /** Its entry of the deny list, as if the key had leaked days ago: moto's clock cannot be moved. */
  const dateBack = async (days: number) => {
    const entry = { Bucket: 'ledger', Key: `keysweep/leaked/${key}.json` };
    const { Body } = await s3.send(new GetObjectCommand(entry));
    const leaked = JSON.parse((await Body?.transformToString()) ?? '') as { readonly revokedAt: string };
    const revokedAt = new Date(Date.parse(leaked.revokedAt) - days * DAY).toISOString();
    await s3.send(new PutObjectCommand({ ...entry, Body: JSON.stringify({ ...leaked, revokedAt }) }));
  };
  return { trusts, key, other, statuses, dateBack };
}

describe.skipIf((await pythonEnvironment()) === undefined)(
  'a leaked key on moto',
  { timeout: 240_000 },
  () => {
    it('is found, deactivated, not restored by undo, and deleted after deleteAfterDays', async () => {
      const moto = await borrowMoto();
      if (!moto) throw new Error('no moto');
      const folder = await mkdtemp(join(tmpdir(), 'keysweep-'));
      onTestFinished(async () => {
        await moto.close();
        await rm(folder, { recursive: true });
      });
      const { trusts, key, other, statuses, dateBack } = await plant(moto);
      const file = join(folder, 'accounts.json');
      const rules = { mode: 'deactivate-then-delete', deleteAfterDays: 7 };
      const config = {
        ...{ optOutTag: false, scope: { managementAccount: true } },
        defaults: { armed: true, groups: ['Developers'], rules },
      };
      await writeFile(file, JSON.stringify(config));
      const run = async (...args: string[]) => {
        const options = ['--config', file, '--ledger', 's3://ledger/keysweep', '--json'];
        const environment = {
          ...moto.environment(),
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        };
        const { code, stdout } = await keysweep([...args, ...options], environment);
        return { code, document: JSON.parse(stdout) as Document };
      };

      const whose = await run('whose', key);
      expect(whose).toMatchObject({
        code: 0,
        document: { keys: [{ accountId: trusts, userName: 'eve', status: 'Active' }] },
      });
      const revoked = await run('revoke', key, '--apply', '--yes', ...REASON);
      expect(revoked).toMatchObject({ code: 0, document: { summary: { keys: { deactivated: 1 } } } });
      expect(await statuses()).toEqual({ [key]: 'Inactive', [other]: 'Active' });
      const undone = await run('undo', revoked.document.summary.runId, '--apply', '--key', key, ...REASON);
      expect(undone).toMatchObject({ code: 1, document: { summary: { verdict: 'incomplete' } } });
      expect(await statuses()).toEqual({ [key]: 'Inactive', [other]: 'Active' });

      const sweep = () => run('sweep', '--apply', '--yes');
      expect(await sweep()).toMatchObject({ code: 0, document: { summary: { keys: { deleted: 0 } } } });
      await dateBack(6);
      expect(await sweep()).toMatchObject({ code: 0, document: { summary: { keys: { deleted: 0 } } } });
      expect(await statuses()).toEqual({ [key]: 'Inactive', [other]: 'Active' });
      await dateBack(2);
      expect(await sweep()).toMatchObject({ code: 0, document: { summary: { keys: { deleted: 1 } } } });
      expect(await statuses()).toEqual({ [other]: 'Active' });
    });
  },
);

interface Document {
  readonly summary: { readonly runId: string };
}
