import type { Clients } from '../access/clients.ts';
import { openFolder } from '../ledger/folder-store.ts';
import { parseLocation } from '../ledger/location.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { openBucket } from '../ledger/s3-store.ts';

/**
 * The ledger at a folder or an s3:// URL.
 * @throws LedgerLocationError
 */
export function openStore(location: string, { s3 }: Pick<Clients, 's3'>): ObjectStore {
  const place = parseLocation(location);
  switch (place.kind) {
    case 'folder':
      return openFolder(place.path);
    case 's3':
      return openBucket({ client: s3, bucket: place.bucket, prefix: place.prefix });
  }
}
