import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { assume, clientsOf, errorOf } from '../support/sdk-clients.ts';

const Bucket = 'keysweep-ledger';
let sandbox: Sandbox;
let s3: S3Client;
beforeEach(async () => {
  sandbox = await startSandbox();
  s3 = clientsOf(sandbox).s3;
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => sandbox.close());

const put = (Key: string, Body = 'x') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const read = async (Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe('objects', () => {
  it.each(['plain', 'runs/2026 07/ünï+code & <x>.json', 'a//b', 'per%cent?'])(
    'can have the key %s',
    async (key) => {
      await put(key, 'Grüße\n');
      expect(await read(key)).toBe('Grüße\n');
      expect(
        (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map((object) => object.Key),
      ).toEqual([key]);
    },
  );

  it('are replaced, described and deleted', async () => {
    await put('a', 'one');
    await put('a', 'two!');
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    expect(head).toMatchObject({ ContentLength: 4 });
    expect(await read('a')).toBe('two!');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(await errorOf(read('a'))).toEqual({
      code: 'NoSuchKey',
      status: 404,
      message: 'The specified key does not exist.',
    });
    expect(await errorOf(s3.send(new HeadObjectCommand({ Bucket, Key: 'a' })))).toMatchObject({
      status: 404,
    });
  });

  it('arrive complete from a chunked stream', async () => {
    const text = 'line of a ledger\n'.repeat(20_000);
    const Body = Readable.from([Buffer.from(text.slice(0, 100_000)), Buffer.from(text.slice(100_000))]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'big', Body, ContentLength: text.length }));
    expect(await read('big')).toBe(text);
  });

  it('are rejected if the checksum does not match', async () => {
    const command = new PutObjectCommand({
      Bucket,
      Key: 'a',
      Body: 'x',
      ChecksumSHA256: Buffer.alloc(32).toString('base64'),
    });
    expect(await errorOf(s3.send(command))).toMatchObject({ code: 'BadDigest', status: 400 });
    expect(await errorOf(read('a'))).toMatchObject({ code: 'NoSuchKey' });
  });

  it('are created by only one of many writers with IfNoneMatch', async () => {
    const create = (n: number) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'lock', Body: String(n), IfNoneMatch: '*' })).then(
        () => 'created',
        (error: unknown) => (error as Error).name,
      );
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => create(n)));
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'PreconditionFailed')).toHaveLength(9);
  });

  it('are replaced with IfMatch only if unchanged', async () => {
    const { ETag } = await put('a', 'one');
    const replace = (Key: string) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body: 'two', IfMatch: ETag }));
    await replace('a');
    expect(await errorOf(replace('a'))).toMatchObject({ code: 'PreconditionFailed', status: 412 });
    expect(await errorOf(replace('b'))).toMatchObject({ code: 'NoSuchKey', status: 404 });
  });
});

describe('lists', () => {
  it('have pages of 1000, filter by prefix and are sorted by key', async () => {
    const bucket = sandbox.organization.buckets.get(Bucket);
    for (let n = 0; n < 2100; n += 1) {
      bucket?.objects.add({
        key: `runs/${String(n).padStart(5, '0')}`,
        body: Buffer.alloc(0),
        etag: '""',
        modifiedAt: 0,
        contentType: 'text/plain',
        headers: {},
      });
    }
    await put('other');
    const keys: (string | undefined)[] = [];
    const sizes: (number | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: 'runs/' })) {
      sizes.push(page.KeyCount);
      keys.push(...(page.Contents ?? []).map((object) => object.Key));
    }
    expect(sizes).toEqual([1000, 1000, 100]);
    expect(keys).toEqual([...keys].sort());
    expect(new Set(keys).size).toBe(2100);
  });

  it('are case-sensitive and group keys by a delimiter', async () => {
    for (const key of ['B', 'a/1', 'a/2', 'b']) await put(key);
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    expect(listed.Contents?.map((object) => object.Key)).toEqual(['B', 'b']);
    expect(listed.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    expect(
      (await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a/1' }))).Contents?.map((o) => o.Key),
    ).toEqual(['a/2', 'b']);
  });
});

describe('buckets', () => {
  it('are listed, and deleted only when empty', async () => {
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map((bucket) => bucket.Name)).toEqual([
      Bucket,
    ]);
    await s3.send(new HeadBucketCommand({ Bucket }));
    await put('a');
    expect((await errorOf(s3.send(new DeleteBucketCommand({ Bucket })))).code).toBe('BucketNotEmpty');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    expect(await errorOf(put('a'))).toMatchObject({ code: 'NoSuchBucket', status: 404 });
  });

  it('are closed to other accounts', async () => {
    await put('a');
    const account = sandbox.organization.addAccount();
    const other = clientsOf(sandbox, await assume(sandbox, account)).s3;
    const get = new GetObjectCommand({ Bucket, Key: 'a' });
    expect(await errorOf(other.send(get))).toMatchObject({ code: 'AccessDenied', status: 403 });
    expect((await errorOf(other.send(new CreateBucketCommand({ Bucket })))).code).toBe('BucketAlreadyExists');
  });

  it('need permission for writes', async () => {
    const Policy = JSON.stringify({
      Statement: { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/runs/*` },
    });
    const account = sandbox.organization.managementAccount;
    sandbox.organization.addRole({
      account,
      roleName: 'Rotator',
      trust: { Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' } },
      policies: { s3: { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } } },
    });
    const rotator = clientsOf(sandbox, await assume(sandbox, account, 'Rotator', { Policy })).s3;
    await rotator.send(new PutObjectCommand({ Bucket, Key: 'runs/1', Body: 'x' }));
    const elsewhere = rotator.send(new PutObjectCommand({ Bucket, Key: 'other/1', Body: 'x' }));
    expect((await errorOf(elsewhere)).message).toMatch(/no session policy allows the s3:PutObject action$/);
  });

  it('reject unsupported calls', async () => {
    const error = await errorOf(s3.send(new GetBucketAclCommand({ Bucket })));
    expect(error).toMatchObject({ code: 'NotImplemented', status: 501 });
  });
});
