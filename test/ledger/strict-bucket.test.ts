import { Readable } from 'node:stream';

import { HttpResponse } from '@smithy/core/protocols';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { openClients, type Clients } from '../../src/aws/clients.ts';
import { deploymentNames } from '../../src/deployment/names.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openStore } from '../../src/ledger/open-store.ts';
import { ALLOW_ALL, type PolicyDocument } from '../../sandbox/policy/document.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { assume, type KeyPair } from '../support/sdk-clients.ts';

const ACCOUNT = '999999999999';
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
const OTHER_KEY = KEY.replace('1111', '9999');

let sandbox: Sandbox;
const s3Errors = () => sandbox.calls.all.filter(({ service }) => service === 's3').map(({ error }) => error);
beforeEach(async () => {
  sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
});

function connect(credentials: KeyPair = sandbox.credentials, region = 'us-east-1'): Clients {
  const clients = openClients({ endpoint: sandbox.url, region, credentials, sockets: 16 });
  onTestFinished(() => {
    clients.close();
  });
  return clients;
}

describe('a bucket that takes only what is encrypted in its way', () => {
  /** As in https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms */
  const unless = (header: string, value: string): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Action: 's3:PutObject',
      Resource: '*',
      Condition: { StringNotEquals: { [`s3:${header}`]: value } },
    },
  });

  /** The deployed ledger, for a role that a policy like that of the bucket binds. */
  async function ledger(kmsKeyArn: string | undefined, ...policies: PolicyDocument[]): Promise<ObjectStore> {
    const { organization } = sandbox;
    const roleName = 'Writer';
    const trust: PolicyDocument = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
    };
    const attached = Object.fromEntries(policies.map((policy, index) => [`deny-${index}`, policy]));
    organization.addRole({ account: ACCOUNT, roleName, trust, policies: { all: ALLOW_ALL, ...attached } });
    const encryption = kmsKeyArn === undefined ? {} : { kmsKeyArn };
    const config = deployableConfig({ deployment: { account: ACCOUNT, ...encryption } });
    const { ledgerBucket, ledgerKeyAliasArn, ledgerUrl } = deploymentNames(config.deployment);
    organization.addBucket(ledgerBucket).versioning = 'Enabled';
    organization.addSigningKey(ledgerKeyAliasArn);
    const writer = await assume(sandbox, organization.account(ACCOUNT), roleName);
    return openStore(ledgerUrl, connect(writer), config, () => sandbox.clock.now());
  }

  it.each([
    ['AES256, without a key of yours', undefined, [unless('x-amz-server-side-encryption', 'AES256')]],
    [
      'your KMS key',
      KEY,
      [
        unless('x-amz-server-side-encryption', 'aws:kms'),
        unless('x-amz-server-side-encryption-aws-kms-key-id', KEY),
      ],
    ],
  ])('takes every write of the deployed ledger: %s', async (_, key, policies) => {
    const store = await ledger(key, ...policies);
    await store.put('accounts/1.json', 'one');
    expect(await store.putNew('runs/1.json', 'one')).toBe(true);
    await store.update('accounts/1.json', () => 'two');
    expect(await store.get('accounts/1.json')).toBe('two');
  });

  it('denies those with another key', async () => {
    const store = await ledger(OTHER_KEY, unless('x-amz-server-side-encryption-aws-kms-key-id', KEY));
    await expect(store.put('accounts/1.json', 'one')).rejects.toMatchObject({
      failure: { kind: 'denied', call: 's3:PutObject' },
    });
  });

  it('leaves the encryption of another ledger to its bucket', async () => {
    sandbox.organization.addBucket('team');
    const clients = connect();
    const sent: unknown[] = [];
    clients.s3.middlewareStack.add(
      (next) => async (args) => {
        sent.push((args.request as { headers: object }).headers);
        return next(args);
      },
      { step: 'finalizeRequest' },
    );
    await openStore('s3://team/ledger', clients, deployableConfig()).put('accounts/1.json', 'one');
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent)).not.toContain('server-side-encryption');
  });
});

describe('a bucket in another Region', () => {
  const paths = Array.from({ length: 40 }, (_, index) => `accounts/${index}.json`);

  it('is found, however many calls go there at the same time, and by one detour each', async () => {
    sandbox.organization.addBucket('abroad').region = 'eu-central-1';
    const clients = connect();
    const store = openStore('s3://abroad/ledger', clients, undefined);
    const results = await Promise.allSettled(paths.map((path) => store.put(path, path)));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    const detours = () => s3Errors().filter((error) => error === 'PermanentRedirect').length;
    const first = detours();
    expect(first).toBeGreaterThan(0);
    expect(await store.putNew('runs/1.json', 'one')).toBe(true);
    expect(await store.list('accounts/')).toEqual(paths.toSorted());
    expect(await store.get('accounts/1.json')).toBe('accounts/1.json');
    expect(detours()).toBe(first);
  });

  it('keeps the calls to other services in theirs', async () => {
    sandbox.organization.addBucket('abroad').region = 'eu-central-1';
    const clients = connect();
    await openStore('s3://abroad/ledger', clients, undefined).put('accounts/1.json', 'one');
    expect(await clients.sts.config.region()).toBe('us-east-1');
    expect(await clients.s3.config.region()).toBe('eu-central-1');
  });

  /** As documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html */
  const ANSWERS: readonly (readonly [code: string, status: number, members: string, header: boolean])[] = [
    [
      'PermanentRedirect',
      301,
      '<Endpoint>abroad.s3.eu-central-1.amazonaws.com</Endpoint><Bucket>abroad</Bucket>',
      true,
    ],
    ['AuthorizationHeaderMalformed', 400, '<Region>eu-central-1</Region>', false],
    ['TemporaryRedirect', 307, '<Endpoint>abroad.s3.eu-central-1.amazonaws.com</Endpoint>', true],
  ];

  /** So many calls get this answer instead. */
  function answerFirst(
    count: number,
    client: Clients['s3'],
    [code, status, members, header]: (typeof ANSWERS)[number],
  ) {
    let answered = 0;
    const body = `<Error><Code>${code}</Code><Message>the region is wrong</Message>${members}</Error>`;
    const headers = {
      ...{ 'content-type': 'application/xml', 'x-amz-request-id': '1' },
      ...(header && { 'x-amz-bucket-region': 'eu-central-1' }),
    };
    client.middlewareStack.add(
      (next) => async (args) => {
        answered += 1;
        if (answered > count) return next(args);
        const response = new HttpResponse({ statusCode: status, headers, body: Readable.from([body]) });
        return { response, output: { $metadata: {} } };
      },
      { step: 'deserialize', priority: 'low' },
    );
    return () => answered;
  }

  it.each(ANSWERS)('is found by %s', async (...answer) => {
    sandbox.organization.addBucket('abroad').region = 'eu-central-1';
    const clients = connect();
    answerFirst(1, clients.s3, answer);
    const store = openStore('s3://abroad/ledger', clients, undefined);
    await store.put('accounts/1.json', 'one');
    expect(await store.get('accounts/1.json')).toBe('one');
    expect(s3Errors()).toEqual([undefined, undefined]);
  });

  it.each(ANSWERS)('is looked for once: %s', async (...answer) => {
    const clients = connect();
    const answered = answerFirst(Infinity, clients.s3, answer);
    const store = openStore('s3://abroad/ledger', clients, undefined);
    await expect(store.put('accounts/1.json', 'one')).rejects.toMatchObject({ failure: { code: answer[0] } });
    expect(answered()).toBe(2);
  });
});
