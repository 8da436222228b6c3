import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';

it('requests of all clients are counted by attempt, and throttled ones separately', async ({
  onTestFinished,
}) => {
  const sandbox = await startSandbox();
  const { url: endpoint, region, credentials } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 4 });
  onTestFinished(async () => {
    clients.close();
    await sandbox.close();
  });
  expect(clients.requests.total()).toEqual({ calls: 0, throttles: 0 });
  sandbox.faults.add({ service: 'sts', call: 'GetCallerIdentity', occurrence: 1, kind: 'throttle' });
  await clients.sts.send(new GetCallerIdentityCommand({}));
  expect(clients.requests.total()).toEqual({ calls: 2, throttles: 1 });
  await expect(clients.s3.send(new HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toThrow();
  expect(clients.requests.total()).toEqual({ calls: 3, throttles: 1 });
  expect(clients.requests.sinceLast()).toEqual({ calls: 3, throttles: 1 });
  await clients.sts.send(new GetCallerIdentityCommand({}));
  expect(clients.requests.sinceLast()).toEqual({ calls: 1, throttles: 0 });
  expect(clients.requests.sinceLast()).toEqual({ calls: 0, throttles: 0 });
  expect(clients.requests.total()).toEqual({ calls: 4, throttles: 1 });
});
