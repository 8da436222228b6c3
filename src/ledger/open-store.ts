import type { S3Client } from '@aws-sdk/client-s3';

import { openFolder } from './folder-store.ts';
import { parseLocation } from './location.ts';
import type { ObjectStore } from './object-store.ts';
import { openBucket } from './s3-store.ts';

/**
 * The ledger at a folder or an s3:// URL.
 * @param s3 used for a bucket only
 * @throws LedgerLocationError
 */
export function openStore(location: string, s3: S3Client): ObjectStore {
  const place = parseLocation(location);
  switch (place.kind) {
    case 'folder':
      return openFolder(place.path);
    case 's3':
      return openBucket({ client: s3, bucket: place.bucket, prefix: place.prefix });
  }
}
