import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { expect, it, onTestFinished } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { openDeployedClients } from '../../src/doctor/deployed/clients.ts';
import { calling } from '../../src/aws/calling.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';

it('an object that stalls midway times out, is retried, and fails in the end', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    const headers = { 'content-length': '100', 'x-amz-request-id': '4442587FB7D0A2F9' };
    response.writeHead(200, headers).write('{ "half":');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clients = openClients({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    sockets: 4,
    retries: { connectionMilliseconds: 1_000, responseMilliseconds: 1_000, attempts: { shared: 1, iam: 1 } },
  });
  onTestFinished(() => {
    clients.close();
    server.closeAllConnections();
    server.close();
  });
  const store = openBucket({ client: clients.s3, bucket: 'ledger', prefix: '' });
  await expect(store.get('locks/00000001.json')).rejects.toMatchObject({
    failure: { call: 's3:GetObject', code: 'TimeoutError' },
  });
  expect(requests).toBe(3);
});

it('a read of the deployment times out when the server never answers', async () => {
  let requests = 0;
  const server = createServer(() => (requests += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const deployed = openDeployedClients({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    timeouts: { connectionMilliseconds: 1_000, responseMilliseconds: 500 },
  });
  onTestFinished(() => {
    deployed.close();
    server.closeAllConnections();
    server.close();
  });
  const call = deployed.lambda.send(new GetFunctionCommand({ FunctionName: 'keysweep-rotator' }));
  await expect(calling('lambda:GetFunction', call)).rejects.toMatchObject({
    failure: { call: 'lambda:GetFunction', code: 'TimeoutError' },
  });
  expect(requests).toBe(5);
});
