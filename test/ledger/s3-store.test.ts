import { Readable } from 'node:stream';

import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { HttpResponse } from '@smithy/core/protocols';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { CallFailedError } from '../../src/aws/errors.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import type { Fault } from '../../sandbox/faults/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { type Moto, startMoto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { s3Client } from '../support/stores.ts';

const servers: { on: string; start: () => Promise<Sandbox | Moto | undefined> }[] = [
  { on: 'the sandbox', start: startSandbox },
  ...((await pythonEnvironment()) === undefined ? [] : [{ on: 'moto', start: startMoto }]),
];

describe.each(servers)('an S3 store on $on', ({ start }) => {
  let server: Sandbox | Moto | undefined;
  let client: S3Client;
  let store: ObjectStore;
  let bucket: string;

  beforeAll(async () => {
    server = await start();
  }, 30_000);
  afterAll(() => server?.close());

  beforeEach(async ({ task }) => {
    bucket = `ledger-${task.id.replaceAll(/[^a-z0-9]/g, '-')}`;
    client = s3Client(server?.url ?? '');
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    store = openBucket({ client, bucket, prefix: 'keysweep' });
  });

  /** The first attempts to send a request of this method meet the wire instead: once per function. */
  const onTheWire = (
    method: string,
    ...attempts: ((send: () => Promise<unknown>) => Promise<HttpResponse>)[]
  ) => {
    const left = [...attempts];
    client.middlewareStack.add(
      (next) => async (args) => {
        const attempt = (args.request as { method: string }).method === method ? left.shift() : undefined;
        if (attempt === undefined) return next(args);
        return { response: await attempt(() => next(args)), output: { $metadata: {} } };
      },
      { step: 'deserialize', priority: 'low' },
    );
    return left;
  };
  const conflict = (): Promise<HttpResponse> =>
    Promise.resolve(
      new HttpResponse({
        statusCode: 409,
        headers: { 'content-type': 'application/xml' },
        body: Readable.from('<Error><Code>ConditionalRequestConflict</Code><Message>m</Message></Error>'),
      }),
    );
  const answerLost = async (send: () => Promise<unknown>): Promise<never> => {
    await send();
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  };

  it('recognizes its own new object after the response was lost', async () => {
    const left = onTheWire('PUT', answerLost);
    expect(await store.putNew('runs/1', 'body')).toBe(true);
    expect(left).toEqual([]);
  });

  it('does not take another object for its own, even with the same body', async () => {
    await store.putNew('runs/1', 'body');
    expect(await store.putNew('runs/1', 'body')).toBe(false);
  });

  it('retries after a conflict', async () => {
    onTheWire('PUT', conflict, conflict);
    expect(await store.putNew('runs/1', 'body')).toBe(true);
    expect(await store.get('runs/1')).toBe('body');
  });

  it('gives up after repeated conflicts', async () => {
    onTheWire('PUT', ...Array.from({ length: 6 }, () => conflict));
    await expect(store.putNew('runs/1', 'body')).rejects.toMatchObject({
      failure: { call: 's3:PutObject', code: 'ConditionalRequestConflict' },
    });
  });

  it('updates what another process stored in between, and loses nothing of it', async () => {
    await store.put('accounts/1', 'read');
    const meddle = async (send: () => Promise<unknown>): Promise<HttpResponse> => {
      await s3Client(server?.url ?? '').send(
        new PutObjectCommand({ Bucket: bucket, Key: 'keysweep/accounts/1', Body: 'hold' }),
      );
      return ((await send()) as { response: HttpResponse }).response;
    };
    onTheWire('PUT', meddle);
    const seen: unknown[] = [];
    await store.update('accounts/1', (stored) => {
      seen.push(stored);
      return `${stored}, changed`;
    });
    expect(seen).toEqual(['read', 'hold']);
    expect(await store.get('accounts/1')).toBe('hold, changed');
  });

  it('reads again what it updated after the response was lost', async () => {
    await store.put('accounts/1', 'old');
    onTheWire('PUT', answerLost);
    await store.update('accounts/1', () => 'new');
    expect(await store.get('accounts/1')).toBe('new');
  });

  it('gives up an update after repeated conflicts', async () => {
    onTheWire('PUT', ...Array.from({ length: 6 }, () => conflict));
    await expect(store.update('accounts/1', () => 'new')).rejects.toMatchObject({
      failure: { call: 's3:PutObject', code: 'ConditionalRequestConflict' },
    });
  });

  it('lists every page', async () => {
    const keys = ['1', '2', '3', '4', '5'].map((number) => `runs/${number}/records`);
    for (const key of keys) await store.put(key, key);
    const pageSizes: unknown[] = [];
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'ListObjectsV2Command')
            pageSizes.push(Object.assign(args.input, { MaxKeys: 2 }));
          return next(args);
        },
      { step: 'initialize' },
    );
    expect(await store.list('runs/')).toEqual(keys);
    expect(await store.listFolders('runs/')).toEqual(['1', '2', '3', '4', '5']);
    expect(pageSizes).toHaveLength(6);
  });

  it('refuses a list with fewer objects than its count', async () => {
    const body =
      '<ListBucketResult><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>';
    onTheWire('GET', () =>
      Promise.resolve(new HttpResponse({ statusCode: 200, headers: {}, body: Readable.from(body) })),
    );
    await expect(store.list('locks/')).rejects.toThrow(
      `s3:ListObjectsV2: IncompleteAnswer: the response for s3://${bucket}/keysweep/locks/ is not a ` +
        'complete list of objects',
    );
  });

  it('stays below its prefix, which may be empty', async () => {
    await store.put('runs/1', 'inside');
    const root = openBucket({ client, bucket, prefix: '' });
    const sibling = openBucket({ client, bucket, prefix: 'keysweep-test' });
    await sibling.put('runs/2', 'beside');
    expect(await store.list('')).toEqual(['runs/1']);
    expect(await root.list('')).toEqual(['keysweep-test/runs/2', 'keysweep/runs/1']);
    expect(await root.get('keysweep/runs/1')).toBe('inside');
    expect([store.location, root.location]).toEqual([`s3://${bucket}/keysweep`, `s3://${bucket}/`]);
  });

  it('fails like other AWS calls if the bucket does not exist', async () => {
    const nowhere = openBucket({ client, bucket: 'no-such-bucket', prefix: '' });
    const calls = [
      nowhere.put('a', 'b'),
      nowhere.putNew('a', 'b'),
      nowhere.update('a', () => 'b'),
      nowhere.get('a'),
      nowhere.list(''),
      nowhere.remove('a'),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { failure: { code: 'NoSuchBucket' } } });
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(CallFailedError);
    }
  });
});

describe('an S3 store whose response breaks off', () => {
  let sandbox: Sandbox;
  let store: ObjectStore;
  const body = 'a body that is long enough to be cut in two';
  beforeEach(async () => {
    sandbox = await startSandbox();
    const client = s3Client(sandbox.url);
    await client.send(new CreateBucketCommand({ Bucket: 'ledger' }));
    store = openBucket({ client, bucket: 'ledger', prefix: '' });
    await store.put('runs/1', body);
  });
  afterEach(() => sandbox.close());

  it.each<Fault['kind']>(['truncated', 'denied'])(
    'every time fails, and takes nothing for the whole: %s',
    async (kind) => {
      sandbox.faults.add({ service: 's3', call: 'GetObject', occurrence: 'every', kind });
      await expect(store.get('runs/1')).rejects.toBeInstanceOf(CallFailedError);
      expect(sandbox.faults.fired).toBeGreaterThan(0);
    },
  );

  it('twice reads again', async () => {
    sandbox.faults.add({
      service: 's3',
      call: 'GetObject',
      occurrence: { from: 1, to: 2 },
      kind: 'truncated',
    });
    expect(await store.get('runs/1')).toBe(body);
    expect(sandbox.faults.fired).toBe(2);
  });
});

describe('an S3 store whose list response is not a list', () => {
  it('does not take it for an empty one', async () => {
    const faults: Fault[] = [
      { service: 's3', call: 'ListObjectsV2', occurrence: 'every', kind: 'other-shape' },
    ];
    const sandbox = await startSandbox({ faults });
    onTestFinished(() => sandbox.close());
    sandbox.organization.addBucket('ledger');
    const store = openBucket({ client: s3Client(sandbox.url), bucket: 'ledger', prefix: '' });
    const refused = { failure: { call: 's3:ListObjectsV2', code: 'IncompleteAnswer' } };
    await expect(store.list('runs/')).rejects.toMatchObject(refused);
    await expect(store.listFolders('runs/')).rejects.toMatchObject(refused);
  });
});
