import type { Clients } from '../aws/clients.ts';
import type { Deployment } from '../config/deployment-schema.ts';
import type { Config } from '../config/schema.ts';
import { deploymentNames } from '../deployment/names.ts';
import { openFolder } from './folder-store.ts';
import { parseLocation } from './location.ts';
import type { ObjectStore } from './object-store.ts';
import { openBucket, type Encryption } from './s3-store.ts';
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
  const deployment = deploymentOf(bucket, config);
  const deployed = deployment && {
    signing: signingOf(deployment, clients, now),
    encryption: encryptionOf(deployment),
  };
  return { ...openBucket({ client: clients.s3, bucket, prefix, ...deployed }), now };
}

function deploymentOf(bucket: string, config: Config | undefined): Deployment | undefined {
  const deployment = config?.deployment;
  return deployment && deploymentNames(deployment).ledgerBucket === bucket ? deployment : undefined;
}

function signingOf(deployment: Deployment, clients: Pick<Clients, 'kms'>, now: () => Date): Signing {
  const { organizationId, region } = deployment;
  const { ledgerKeyAliasArn: keyId } = deploymentNames(deployment);
  return openSigning({ kms: clients.kms(region), keyId, organizationId, now });
}

/** What the bucket does by itself, for policies that want it in each request. */
function encryptionOf({ kmsKeyArn }: Deployment): Encryption {
  return kmsKeyArn === undefined
    ? { ServerSideEncryption: 'AES256' }
    : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn };
}
