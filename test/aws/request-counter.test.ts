import { ListRootsCommand } from '@aws-sdk/client-organizations';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, it, type TestContext } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';

async function opened(onTestFinished: TestContext['onTestFinished']) {
  const sandbox = await startSandbox();
  const { url: endpoint, region, credentials } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 4 });
  onTestFinished(async () => {
    clients.close();
    await sandbox.close();
  });
  return { sandbox, clients };
}

it('requests of all clients are counted by attempt, and throttled ones separately', async ({
  onTestFinished,
}) => {
  const { sandbox, clients } = await opened(onTestFinished);
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

it('a request that is aborted before it goes out is not counted', async ({ onTestFinished }) => {
  const { sandbox, clients } = await opened(onTestFinished);
  const abortSignal = AbortSignal.abort();
  await expect(clients.sts.send(new GetCallerIdentityCommand({}), { abortSignal })).rejects.toThrow();
  // Two at once, then one a second: the others wait for their turn when the run is stopped.
  const stop = new AbortController();
  let answers = 0;
  const five = Array.from({ length: 5 }, async () => {
    await clients.organizations.send(new ListRootsCommand({}), { abortSignal: stop.signal });
    answers += 1;
    if (answers === 2) stop.abort();
  });
  const ended = await Promise.allSettled(five);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(sandbox.calls.all).toHaveLength(2);
  expect(clients.requests.total()).toEqual({ calls: 2, throttles: 0 });
});
