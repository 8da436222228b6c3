import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';

import { openClients } from '../../src/access/clients.ts';
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
    patience: { connectionMilliseconds: 1_000, answerMilliseconds: 300, attempts: { shared: 1, iam: 1 } },
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
