import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';

import { IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openClients, type Clients } from '../../src/aws/clients.ts';

/** In a process of its own, so that its processor time is not the clients'. */
const SERVER = `
const key = (id) => '<member><UserName>ada</UserName><AccessKeyId>AKIAIOSFODNN7' + id + '</AccessKeyId>' +
  '<Status>Active</Status><CreateDate>2025-01-01T00:00:00Z</CreateDate></member>';
const body = '<ListAccessKeysResponse><ListAccessKeysResult><IsTruncated>false</IsTruncated>' +
  '<AccessKeyMetadata>' + key('EXAMPLE') + key('EXAMPLF') + '</AccessKeyMetadata></ListAccessKeysResult>' +
  '</ListAccessKeysResponse>';
require('node:http').createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'x-amzn-requestid': '7a62c49f', 'content-type': 'text/xml' }).end(body);
  });
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`;

const SESSIONS = 40;
const USERS = 12;
const ROUNDS = 5;
/** Of the processor time of the bare SDK client. */
const BOUND = 0.8;

const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
const httpAgent = new Agent({ keepAlive: true });
const requestHandler = new NodeHttpHandler({ httpAgent });
const opened: Clients[] = [];
let settings: { readonly endpoint: string; readonly region: string };

beforeAll(async () => {
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  settings = { endpoint: `http://127.0.0.1:${String(port).trim()}`, region: 'us-east-1' };
});
afterAll(() => {
  server.kill();
  httpAgent.destroy();
  for (const clients of opened) clients.close();
});

const credentialsOf = (session: number) => ({
  accessKeyId: `ASIA${session}`,
  secretAccessKey: `wJalrXUtnFEMI${session}`,
  sessionToken: 'FwoGZXIvYXdzEB'.repeat(30),
});

const bare = (session: number): IAMClient =>
  new IAMClient({ ...settings, requestHandler, credentials: credentialsOf(session) });

function keysweep(): (session: number) => IAMClient {
  const clients = openClients({ ...settings, sockets: 64 });
  opened.push(clients);
  return (session) => clients.iam(() => Promise.resolve(credentialsOf(session)), String(session));
}

/** Processor time of the calls in all sessions, eight at a time. */
async function costOf(open: (session: number) => IAMClient): Promise<number> {
  const { signal: abortSignal } = new AbortController();
  const before = process.cpuUsage();
  for (let session = 0; session < SESSIONS; session += 2)
    await Promise.all(
      [open(session), open(session + 1)].flatMap((iam) =>
        Array.from({ length: 4 }, async () => {
          for (let user = 0; user < USERS; user += 4)
            await iam.send(new ListAccessKeysCommand({ UserName: 'ada' }), { abortSignal });
        }),
      ),
    );
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** The median of runs side by side, so that what else the machine does counts for both. */
async function ratioOf(open: (session: number) => IAMClient): Promise<number> {
  await costOf(bare);
  await costOf(open);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round % 2 === 0 ? await costOf(bare) : 0;
    const own = await costOf(open);
    ratios.push(own / (first || (await costOf(bare))));
  }
  return ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN;
}

it(`a call to IAM takes less than ${BOUND} of the processor time of the bare SDK client`, async () => {
  const ratio = await ratioOf(keysweep());
  process.stdout.write(`${ratio.toFixed(2)} of the processor time of the bare SDK client\n`);
  expect(ratio).toBeLessThan(BOUND);
});
