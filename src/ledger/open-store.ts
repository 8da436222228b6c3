import type { S3Client } from '@aws-sdk/client-s3';

import { openFolder } from './folder-store.ts';
import { parseLocation } from './location.ts';
import type { ObjectStore } from './object-store.ts';
import { openBucket } from './s3-store.ts';

/** @throws LedgerLocationError when the location is neither a folder nor an s3:// URL */
export function openStore(location: string, s3: S3Client): ObjectStore {
  const parsed = parseLocation(location);
  switch (parsed.kind) {
    case 'folder':
      return openFolder(parsed.path);
    case 's3':
      return openBucket({ client: s3, bucket: parsed.bucket, prefix: parsed.prefix });
  }
}
