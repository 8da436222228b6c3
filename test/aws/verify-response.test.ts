import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteAccessKeyCommand, GetGroupCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openClients, type Clients } from '../../src/aws/clients.ts';
import { failureOf } from '../../src/aws/calling.ts';

interface Answer {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };
const ID = { 'x-amzn-requestid': '7a62c49f-347e-4fc4-9331-6e8eEXAMPLE' };
const S3_ID = { 'x-amz-request-id': '4442587FB7D0A2F9' };
const KEY = { UserName: 'ada', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
const OBJECT = { Bucket: 'ledger', Key: 'runs/a.jsonl' };
const xml = (call: string): string =>
  `<?xml version="1.0"?>\n<${call}Response xmlns="urn:x"></${call}Response>\n`;

let answer: Answer;
let server: Server;
let clients: Clients;

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(200, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  clients = openClients({ region: 'us-east-1', endpoint, credentials: CREDENTIALS, sockets: 2 });
});
afterAll(() => {
  clients.close();
  server.close();
});

const iam = () => clients.iam(() => Promise.resolve(CREDENTIALS));
const notices = () => clients.notices(undefined);

/** A call of each client, AWS's answer to it, and whether the body is AWS's. */
const CALLS: readonly (readonly [string, () => Promise<unknown>, Answer])[] = [
  ['UpdateAccessKey', () => iam().send(new UpdateAccessKeyCommand({ ...KEY, Status: 'Inactive' })), query],
  ['DeleteAccessKey', () => iam().send(new DeleteAccessKeyCommand(KEY)), query],
  ['GetGroup', () => iam().send(new GetGroupCommand({ GroupName: 'Developers' })), query],
  [
    'AssumeRole',
    () => clients.sts.send(new AssumeRoleCommand({ RoleArn: 'a', RoleSessionName: 'b' })),
    query,
  ],
  ['Publish', () => notices().sns.send(new PublishCommand({ TopicArn: 'a', Message: 'b' })), query],
  ['ListAccounts', () => clients.organizations.send(new ListAccountsCommand({})), json],
  ['GetResources', () => clients.tagging().send(new GetResourcesCommand({})), json],
  ['StartExecution', () => clients.sfn().send(new StartExecutionCommand({ stateMachineArn: 'a' })), json],
  ['PutEvents', () => notices().eventBridge.send(new PutEventsCommand({ Entries: [] })), json],
  ['SendEmail', () => notices().ses.send(new SendEmailCommand({ Content: {} })), json],
  ['PutObject', () => clients.s3.send(new PutObjectCommand({ ...OBJECT, Body: 'a' })), s3Put],
  [
    'GetObject',
    async () => (await clients.s3.send(new GetObjectCommand(OBJECT))).Body?.transformToString(),
    s3,
  ],
  ['DeleteObject', () => clients.s3.send(new DeleteObjectCommand(OBJECT)), s3],
].map(([call, send, of]) => [call, send, (of as (call: string) => Answer)(call as string)] as never);

function query(call: string): Answer {
  return { headers: ID, body: xml(call) };
}
function json(): Answer {
  return { headers: ID, body: '{}' };
}
function s3(): Answer {
  return { headers: S3_ID, body: '' };
}
function s3Put(): Answer {
  return { headers: { ...S3_ID, etag: '"a"' }, body: '' };
}

/** The code with which the call failed; undefined: it was answered. */
async function codeOf(send: () => Promise<unknown>, given: Answer): Promise<string | undefined> {
  answer = given;
  return send().then(
    () => undefined,
    (error: unknown) => failureOf('service:Call', error).code,
  );
}

const HTML = '<!DOCTYPE html><html><body>Please sign in to the network.</body></html>';

describe.each(CALLS)('%s with status 200', (_call, send, right) => {
  it("and AWS's answer is answered", async () => {
    expect(await codeOf(send, right)).toBeUndefined();
  });

  it.each([
    ['a page of a proxy', { body: HTML }],
    ['nothing', { body: '' }],
    ['the right body without a request ID', { body: right.body }],
  ])('and %s fails', async (_, given) => {
    expect(await codeOf(send, given)).toBe('NotFromAws');
  });
});

describe.each(CALLS.filter(([, , { headers }]) => headers && !('x-amz-request-id' in headers)))(
  '%s with a request ID',
  (_call, send, { headers, body }) => {
    it.each([
      ['a page of a proxy', HTML],
      ['nothing', ''],
      ['an answer cut short', body.slice(0, -3)],
    ])('and %s fails', async (_, given) => {
      expect(await codeOf(send, { ...(headers && { headers }), body: given })).toBeDefined();
    });
  },
);

describe('an answer to another call', () => {
  it.each(['UpdateAccessKey', 'DeleteAccessKey', 'GetGroup', 'AssumeRole', 'Publish'])(
    'is none to %s',
    async (call) => {
      const send = CALLS.find(([name]) => name === call)![1];
      expect(await codeOf(send, query('ListAccessKeys'))).toBe('NotFromAws');
    },
  );

  it('is none to PutObject', async () => {
    const send = CALLS.find(([name]) => name === 'PutObject')![1];
    expect(await codeOf(send, s3())).toBe('NotFromAws');
  });
});
