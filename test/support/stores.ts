import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

import { openFolder } from '../../src/ledger/folder-store.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { ADMINISTRATOR_CREDENTIALS } from '../../sandbox/calls/caller.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { borrowMoto, type Moto } from '../emulators/moto.ts';

/** Empty stores of one kind, for tests of every kind. */
export interface Stores {
  empty(): Promise<ObjectStore>;
  close(): Promise<void>;
}

/** Temporary folders. */
export async function folderStores(): Promise<Stores> {
  const root = await mkdtemp(join(tmpdir(), 'keysweep-'));
  let made = 0;
  return {
    empty: () => Promise.resolve(openFolder(join(root, `ledger-${++made}`))),
    close: () => rm(root, { recursive: true }),
  };
}

/** Buckets of the real S3 API that moto serves. @throws if there is no Python environment */
export async function motoStores(): Promise<Stores> {
  const moto = await borrowMoto();
  if (moto === undefined) throw new Error('no Python environment');
  return bucketStores(moto);
}

/** Buckets of the sandbox. */
export async function sandboxStores(): Promise<Stores> {
  return bucketStores(await startSandbox());
}

function bucketStores(server: Moto | Sandbox): Stores {
  let made = 0;
  return {
    empty: async () => {
      const client = s3Client(server.url);
      const bucket = `ledger-${++made}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return openBucket({ client, bucket, prefix: 'keysweep/prod' });
    },
    close: () => server.close(),
  };
}

/** The sandbox knows these credentials; moto accepts any. */
export function s3Client(endpoint: string): S3Client {
  return new S3Client({ endpoint, region: 'us-east-1', credentials: ADMINISTRATOR_CREDENTIALS });
}
