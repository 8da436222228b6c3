import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration/index.js';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning/index.js';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Deployment } from '../src/config/deployment-schema.ts';
import { type DeployableConfig, deploymentNames, LEDGER_PREFIX } from '../src/deployment/names.ts';
import { ledgerPolicy, signingKeyPolicy } from './permissions/resource-policies.ts';
import { centralProvider } from './provider.ts';
import { configureBackend } from './state.ts';

/**
 * A separate stack, because it outlives the rest: a run can be read, and undone, after the rotator was
 * destroyed.
 */
export class LedgerStack extends TerraformStack {
  constructor(scope: Construct, config: DeployableConfig) {
    const { deployment } = config;
    const names = deploymentNames(deployment);
    super(scope, names.ledgerStack);
    centralProvider(this, deployment);
    configureBackend(this, deployment);
    const { deleteOnDestroy } = deployment.ledger;
    const bucket = new S3Bucket(this, 'ledger', {
      bucket: names.ledgerBucket,
      forceDestroy: deleteOnDestroy,
      lifecycle: { preventDestroy: !deleteOnDestroy },
    });
    this.protect(bucket.id, config);
    this.expire(bucket.id, deployment.ledger.retentionDays);
    this.sign(config);
  }

  /** Outlives the rotator, too: without it nothing in the ledger can be verified. */
  private sign(config: DeployableConfig): void {
    const key = new KmsKey(this, 'signing-key', {
      description: 'Signs the ledger of keysweep.',
      customerMasterKeySpec: 'ECC_NIST_P256',
      keyUsage: 'SIGN_VERIFY',
      policy: JSON.stringify(signingKeyPolicy(config)),
      deletionWindowInDays: 30,
      lifecycle: { preventDestroy: !config.deployment.ledger.deleteOnDestroy },
    });
    const name = deploymentNames(config.deployment).ledgerKeyAlias;
    new KmsAlias(this, 'signing-key-alias', { name, targetKeyId: key.keyId });
  }

  private protect(bucket: string, config: DeployableConfig): void {
    const { kmsKeyArn } = config.deployment;
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    });
    this.lock(bucket, config.deployment.ledger, versioning);
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault:
            kmsKeyArn === undefined
              ? { sseAlgorithm: 'AES256' }
              : { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn },
          bucketKeyEnabled: kmsKeyArn !== undefined,
          // AWS's own default since April 2026. Left out, the provider lifts it, and never settles:
          // https://github.com/hashicorp/terraform-provider-aws/issues/47320
          blockedEncryptionTypes: ['SSE-C'],
        },
      ],
    });
    const publicAccessBlock = new S3BucketPublicAccessBlock(this, 'closed', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'owner', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    });
    // S3 rejects two changes of a bucket's access at the same time.
    new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: JSON.stringify(ledgerPolicy(config)),
      dependsOn: [publicAccessBlock],
    });
  }

  /** S3 takes a lock for a bucket that exists, if it has versions. */
  private lock(bucket: string, { objectLock }: Deployment['ledger'], versioning: S3BucketVersioningA): void {
    if (objectLock === undefined) return;
    new S3BucketObjectLockConfigurationA(this, 'object-lock', {
      bucket,
      objectLockEnabled: 'Enabled',
      rule: { defaultRetention: { mode: objectLock.mode.toUpperCase(), days: objectLock.days } },
      dependsOn: [versioning],
    });
  }

  private expire(bucket: string, retentionDays: number): void {
    new S3BucketLifecycleConfiguration(this, 'expiry', {
      bucket,
      rule: [
        {
          // Nothing else expires: an old memory of an account, and what the watchdog watches, are in use.
          id: 'runs',
          status: 'Enabled',
          filter: [{ prefix: `${LEDGER_PREFIX}/runs/` }],
          expiration: [{ days: retentionDays }],
        },
        {
          id: 'versions',
          status: 'Enabled',
          filter: [{ prefix: `${LEDGER_PREFIX}/` }],
          noncurrentVersionExpiration: [{ noncurrentDays: retentionDays }],
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
        {
          id: 'unfinished-uploads',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
  }
}
