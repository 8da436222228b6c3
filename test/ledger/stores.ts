import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

import { openFolder } from '../../src/ledger/folder-store.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { startMoto } from '../emulators/moto.ts';

/** Empty stores of one kind, for tests that hold for every kind. */
export interface Stores {
  empty(): Promise<ObjectStore>;
  close(): Promise<void>;
}

/** A folder of its own below the system's folder for temporary files. */
export async function folderStores(): Promise<Stores> {
  const root = await mkdtemp(join(tmpdir(), 'keysweep-'));
  let made = 0;
  return {
    empty: () => Promise.resolve(openFolder(join(root, `ledger-${++made}`))),
    close: () => rm(root, { recursive: true }),
  };
}

/** Buckets of the real S3 API that moto serves. @throws when there is no Python environment */
export async function bucketStores(): Promise<Stores> {
  const moto = await startMoto();
  if (moto === undefined) throw new Error('no Python environment');
  let made = 0;
  return {
    empty: async () => {
      const client = s3Client(moto.url);
      const bucket = `ledger-${++made}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return openBucket({ client, bucket, prefix: 'keysweep/prod' });
    },
    close: () => moto.close(),
  };
}

export function s3Client(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  return new S3Client({ endpoint, region: 'us-east-1', credentials });
}
