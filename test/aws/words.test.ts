import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetGroupCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { advice } from '../../src/aws/advice.ts';
import { failureOf } from '../../src/aws/calling.ts';
import { openClients, type Clients } from '../../src/aws/clients.ts';
import type { Failure } from '../../src/aws/failure.ts';
import { FAULT_KINDS } from '../../sandbox/faults/faults.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { ServiceName } from '../../sandbox/wire/service-name.ts';

/** Words of the SDK, of Node.js, and of parsers; a reader can do nothing with them. */
const FOREIGN = new RegExp(
  [
    ...['aws-sdk', 'smithy', 'eserializ', 'hidden field', 'parse error', ' JSON', 'not expected', ' XML'],
    ...['hang up', 'aborted', '^Unknown', 'SSL routines', 'getaddrinfo', 'connect E', 'read E', 'write E'],
    ...['undefined', 'requestTimeout', 'socket'],
  ].join('|'),
  'i',
);
const FOREIGN_CODES = ['Error', 'SyntaxError', 'TypeError', 'Unknown', 'UnknownError', 'AbortError', ''];

const ONCE = { connectionMilliseconds: 1_000, responseMilliseconds: 500, attempts: { shared: 1, iam: 1 } };

type Calls = readonly (readonly [name: string, service: ServiceName, send: () => Promise<unknown>])[];

/** Calls of every client of a run. */
function callsOf(clients: Clients): Calls {
  const { sts, organizations, s3 } = clients;
  const member = clients.iam(() => Promise.resolve(CREDENTIALS));
  const { sns, eventBridge, ses } = clients.notices(undefined);
  const securityHub = clients.securityHub(SecurityHubClient, 'eu-central-1');
  const place = { Bucket: 'ledger', Key: 'a' };
  const key = { UserName: 'ada', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' } as const;
  const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:any';
  const topic = 'arn:aws:sns:eu-central-1:111122223333:any';
  const text = { Simple: { Subject: { Data: 'a' }, Body: { Text: { Data: 'a' } } } };
  return [
    ['GetCallerIdentity', 'sts', () => sts.send(new GetCallerIdentityCommand({}))],
    ['ListAccounts', 'organizations', () => organizations.send(new ListAccountsCommand({}))],
    ['GetGroup', 'iam', () => member.send(new GetGroupCommand({ GroupName: 'Developers' }))],
    ['UpdateAccessKey', 'iam', () => member.send(new UpdateAccessKeyCommand(key))],
    ['GetResources', 'tagging', () => clients.tagging().send(new GetResourcesCommand({}))],
    ['GetObject', 's3', () => s3.send(new GetObjectCommand(place))],
    ['ListObjectsV2', 's3', () => s3.send(new ListObjectsV2Command(place))],
    ['PutObject', 's3', () => s3.send(new PutObjectCommand({ ...place, Body: 'x' }))],
    [
      'StartExecution',
      'states',
      () => clients.sfn().send(new StartExecutionCommand({ stateMachineArn: machine })),
    ],
    ['Publish', 'sns', () => sns.send(new PublishCommand({ TopicArn: topic, Message: 'any' }))],
    ['PutEvents', 'events', () => eventBridge.send(new PutEventsCommand({ Entries: [{}] }))],
    ['SendEmail', 'ses', () => ses.send(new SendEmailCommand({ Content: text }))],
    [
      'BatchImportFindings',
      'securityhub',
      () => securityHub.send(new BatchImportFindingsCommand({ Findings: [] })),
    ],
  ];
}
const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };

/** @returns undefined for a call that was answered */
async function failureFrom(call: string, answer: Promise<unknown>): Promise<Failure | undefined> {
  return answer.then(
    () => undefined,
    (error: unknown) => failureOf(call, error),
  );
}

function expectOurWords(failure: Failure | undefined): void {
  if (!failure) return;
  expect(failure.message).not.toMatch(FOREIGN);
  expect(failure.message).not.toMatch(/\n|^$/);
  expect(FOREIGN_CODES).not.toContain(failure.code);
}

const listening = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });

/** The failures of all calls at an endpoint; short where no answer comes. */
async function failuresAt(endpoint: string, responseMilliseconds = 20_000): Promise<(Failure | undefined)[]> {
  const retries = { ...ONCE, connectionMilliseconds: 20_000, responseMilliseconds };
  const clients = openClients({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    sockets: 4,
    retries,
  });
  const calls = callsOf(clients);
  const failures = await Promise.all(calls.map(([name, , send]) => failureFrom(name, send())));
  clients.close();
  return failures;
}

describe('the failure of a call is told in our words or those of AWS', () => {
  let sandbox: Sandbox;
  let clients: Clients;
  beforeAll(async () => {
    sandbox = await startSandbox();
    sandbox.organization.addBucket('ledger');
    const { url: endpoint, region, credentials } = sandbox;
    clients = openClients({ endpoint, region, credentials, sockets: 4, retries: ONCE });
  });
  afterAll(async () => {
    clients.close();
    await sandbox.close();
  });

  it.each(FAULT_KINDS)('when the sandbox answers with the fault %s', async (kind) => {
    for (const [name, service, send] of callsOf(clients)) {
      sandbox.reset();
      sandbox.faults.add({ service, kind, occurrence: 'every', milliseconds: 1_000 });
      expectOurWords(await failureFrom(name, send()));
    }
  });

  it.each([
    [200, 'text/html', '<html><body>Sign in</body></html>'],
    [302, 'text/html', ''],
    [403, 'text/html', '<!DOCTYPE html><html><br>Forbidden</html>'],
    [404, 'text/plain', 'no'],
    [407, 'text/html', '<h1>Proxy Authentication Required'],
    [429, 'text/plain', 'slow down'],
    [500, 'text/plain', ''],
    [500, 'application/json', '{"message":"x"}'],
    [502, 'text/html', '<html><body>Bad gateway</body></html>'],
    [503, 'text/plain', 'upstream connect error'],
  ])('when a proxy answers with status %i, %s, %j', async (status, type, body) => {
    const server = createHttpServer((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': type, location: 'http://127.0.0.1:1/' }).end(body);
    });
    for (const failure of await failuresAt(await listening(server))) {
      expectOurWords(failure && { ...failure, message: failure.message.replace(/"[^"]*"/, '') });
      expect(failure?.code).toBe(status === 200 ? 'NotFromAws' : `HTTP ${status}`);
      const words = body.replaceAll(/<[^>]*>/g, '');
      const seen = type === 'application/json' ? '' : words && `, "${words}"`;
      expect(failure?.message).toContain(
        `127.0.0.1: HTTP ${status}, ${type}${seen || (body ? '' : ', no text')}`,
      );
      expect(advice(failure!)).toMatch(status === 407 ? /USER:PASSWORD@/ : /HTTPS_PROXY|--endpoint-url/);
    }
    server.close();
  });

  it.each<[string, string, (socket: Socket) => void]>([
    ['answers in another protocol', 'HPE_INVALID_CONSTANT', (socket) => socket.end('nonsense\r\n\r\n')],
    ['closes the connection', 'ECONNRESET', (socket) => socket.destroy()],
    [
      'breaks off',
      'ECONNRESET',
      (socket) => socket.write(HALF, () => setTimeout(() => socket.destroy(), 50)),
    ],
    ['stalls', 'TimeoutError', (socket) => socket.write(HALF)],
    ['says nothing', 'TimeoutError', () => undefined],
  ])('when the other side %s', async (_, code, act) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      socket.once('data', () => act(socket));
    });
    for (const failure of await failuresAt(
      await listening(server),
      code === 'TimeoutError' ? 500 : undefined,
    )) {
      expectOurWords(failure);
      expect(failure).toMatchObject({ kind: 'failed', code });
    }
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const HALF = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n<Get';

  it.each([
    ['http://127.0.0.1:1', 'ECONNREFUSED', 'nothing listens at the endpoint (127.0.0.1:1)'],
    ['http://nowhere.invalid', 'ENOTFOUND', 'the host of the endpoint has no address (nowhere.invalid)'],
  ])('at %s', async (endpoint, code, message) => {
    const [failure] = await failuresAt(endpoint);
    expect(failure).toEqual({
      kind: 'failed',
      call: 'GetCallerIdentity',
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  it('at an endpoint without TLS', async () => {
    const [failure] = await failuresAt(sandbox.url.replace('http:', 'https:'));
    expectOurWords(failure);
    expect(failure).toMatchObject({ code: 'EPROTO' });
  });
});

describe('what AWS says of a call stays', () => {
  it.each(['NoSuchBucket', 'AccessDenied', 'ExpiredToken'])('%s', (name) => {
    const error = Object.assign(new Error('The words of AWS'), {
      name,
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
    expect(failureOf('s3:GetObject', error)).toMatchObject({ code: name, message: 'The words of AWS' });
  });
});
