import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Moto } from './moto.ts';
import { startMoto } from './moto.ts';
import { pythonEnvironment } from './python.ts';

const python = await pythonEnvironment();

describe.skipIf(python === undefined)('moto', () => {
  let moto: Moto;
  let s3: S3Client;

  beforeAll(async () => {
    const started = await startMoto();
    if (started === undefined) throw new Error('no moto');
    moto = started;
    s3 = new S3Client({
      endpoint: moto.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    });
  }, 30_000);

  afterAll(async () => {
    await moto.close();
  });

  it('forgets everything at a reset', async () => {
    const buckets = async () => (await s3.send(new ListBucketsCommand({}))).Buckets?.length ?? 0;
    await s3.send(new CreateBucketCommand({ Bucket: 'short-lived' }));
    expect(await buckets()).toBe(1);
    await moto.reset();
    expect(await buckets()).toBe(0);
  });

  it('no longer answers once it is closed, and closes twice', async () => {
    const other = await startMoto();
    await other?.close();
    await other?.close();
    await expect(fetch(`${other?.url ?? ''}/moto-api/`)).rejects.toThrow('fetch failed');
  });

  it('ends when the process that started it is gone, whatever ended that', async () => {
    const server = spawn(python?.bin('python') ?? '', [join(import.meta.dirname, 'serve_moto.py')], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = once(server, 'exit');
    server.stdin.end();
    expect(await ended).toEqual([0, null]);
  });
});
