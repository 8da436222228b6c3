import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { expect, it, onTestFinished } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { openDeployedClients } from '../../src/doctor/deployed/clients.ts';
import { calling } from '../../src/aws/calling.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';

it('an object that stalls in its middle is given up, asked for again, and fails in the end', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(200, { 'content-length': '100' }).write('{ "half":');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clients = openClients({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    sockets: 4,
    patience: { connectionMilliseconds: 1_000, answerMilliseconds: 1_000, attempts: { shared: 1, iam: 1 } },
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
  expect(asked).toBe(3);
});

it('a look at what is deployed does not wait for a server that never answers', async () => {
  let asked = 0;
  const server = createServer(() => (asked += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const deployed = openDeployedClients({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    timeouts: { connectionMilliseconds: 1_000, answerMilliseconds: 500 },
  });
  onTestFinished(() => {
    deployed.close();
    server.closeAllConnections();
    server.close();
  });
  const looking = deployed.lambda.send(new GetFunctionCommand({ FunctionName: 'keysweep-rotator' }));
  await expect(calling('lambda:GetFunction', looking)).rejects.toMatchObject({
    failure: { call: 'lambda:GetFunction', code: 'TimeoutError' },
  });
  expect(asked).toBe(5);
});
