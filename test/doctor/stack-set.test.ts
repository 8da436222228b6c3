import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';

import { openDeployedClients } from '../../src/doctor/deployed/clients.ts';
import { readStackInstances } from '../../src/doctor/deployed/stack-set.ts';
import { ALLOW_ALL } from '../../sandbox/policy/document.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { REGION } from './deployed-organization.ts';

it('reads every page of a StackSet, as whichever administrator the caller is', async () => {
  const organization = new SandboxOrganization();
  const { id: member } = organization.addAccount();
  const trust = {
    Statement: { Effect: 'Allow' as const, Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
  };
  organization.addRole({ account: member, roleName: 'Admin', trust, policies: { all: ALLOW_ALL } });
  const accounts = Array.from({ length: 45 }, (_, index) => String(200_000_000_000 + index));
  organization.putStackSet(
    'roles',
    REGION,
    accounts.map((accountId) => ({ accountId })),
  );
  const sandbox = await startSandbox({ organization });
  const { url: endpoint, credentials } = sandbox;
  const RoleArn = `arn:aws:iam::${member}:role/Admin`;
  const sts = new STSClient({ endpoint, region: REGION, credentials });
  const { Credentials: session } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ann' }));
  const delegated = {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  };
  const read = async (as: typeof credentials, callAs: 'SELF' | 'DELEGATED_ADMIN', name = 'roles') => {
    const clients = openDeployedClients({ region: REGION, endpoint, credentials: as });
    const { signal } = new AbortController();
    const found = await readStackInstances(clients.cloudFormation, { name, callAs }, signal);
    clients.close();
    return found?.map(({ accountId }) => accountId);
  };
  expect(await read(credentials, 'SELF')).toEqual(accounts);
  expect(await read(delegated, 'DELEGATED_ADMIN')).toEqual(accounts);
  expect(await read(delegated, 'SELF')).toBeUndefined();
  expect(await read(credentials, 'SELF', 'others')).toBeUndefined();
  await sandbox.close();
});
