import type { Clients } from '../aws/clients.ts';
import type { Config } from '../config/schema.ts';
import { deploymentNames, isDeployable } from '../deployment/names.ts';
import { openFolder } from './folder-store.ts';
import { parseLocation } from './location.ts';
import type { ObjectStore } from './object-store.ts';
import { openBucket } from './s3-store.ts';
import { openSigning, type Signing } from './signing.ts';

/**
 * The deployed ledger of the configuration is signed and checked; what another one has is believed.
 * @throws LedgerLocationError when the location is neither a folder nor an s3:// URL
 */
export function openStore(
  location: string,
  clients: Pick<Clients, 's3' | 'kms'>,
  config: Config | undefined,
  now = (): Date => new Date(),
): ObjectStore {
  const parsed = parseLocation(location);
  if (parsed.kind === 'folder') return { ...openFolder(parsed.path), now };
  const { bucket, prefix } = parsed;
  const signing = signingOf(bucket, clients, config, now);
  return { ...openBucket({ client: clients.s3, bucket, prefix, signing }), now };
}

function signingOf(
  bucket: string,
  clients: Pick<Clients, 'kms'>,
  config: Config | undefined,
  now: () => Date,
): Signing | undefined {
  if (!config || !isDeployable(config)) return undefined;
  const { organizationId, region } = config.deployment;
  const { ledgerBucket, ledgerKeyAliasArn: keyId } = deploymentNames(config.deployment);
  if (bucket !== ledgerBucket) return undefined;
  return openSigning({ kms: clients.kms(region), keyId, organizationId, now });
}
