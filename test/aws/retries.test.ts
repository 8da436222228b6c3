import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';

import { identifyCaller } from '../../src/aws/caller.ts';
import { RootCredentialsError } from '../../src/aws/errors.ts';
import { openClients } from '../../src/aws/clients.ts';
import { ALLOW_ALL } from '../../sandbox/policy/document.ts';
import { addRotationRole, ADA, EVERY_KEY, keysOf, onSandbox, organizationOf } from '../support/sweeping.ts';

describe('the credentials of the caller', () => {
  it('are refused when they are root credentials', async () => {
    const sts = {
      config: { credentials: () => Promise.resolve({ accessKeyId: 'AKIAROOT' }) },
      send: (command: unknown) => {
        expect(command).toBeInstanceOf(GetCallerIdentityCommand);
        return Promise.resolve({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:root' });
      },
    } as unknown as STSClient;
    await expect(identifyCaller(sts, new AbortController().signal)).rejects.toThrow(RootCredentialsError);
  });

  it('are never revoked, with the reason own-key', async () => {
    const organization = organizationOf(0);
    const management = organization.managementAccount;
    addRotationRole(organization, management.id);
    const ann = organization.addUser({
      ...ADA,
      account: management,
      userName: 'ann',
      keys: [{}, {}],
      policies: [ALLOW_ALL],
    });
    const on = await onSandbox({
      organization,
      config: { ...EVERY_KEY, scope: { managementAccount: true } },
    });
    const [own, other] = ann.keys;
    const clients = openClients({
      endpoint: on.sandbox.url,
      region: on.sandbox.region,
      // The sandbox does not check signatures.
      credentials: { accessKeyId: own!.accessKeyId, secretAccessKey: 'any' },
      sockets: 8,
    });
    const { run } = await on.run({}, { clients });
    clients.close();
    expect(run.accounts.get(management.id)?.plan?.decisions).toMatchObject([
      { accessKeyId: own!.accessKeyId, action: 'keep', reason: 'own-key' },
      { accessKeyId: other!.accessKeyId, action: 'deactivate' },
    ]);
    expect(keysOf(organization, management.id)).toEqual(['ann Active', 'ann Inactive']);
  });
});
