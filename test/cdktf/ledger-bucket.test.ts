import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../sandbox/policy/document.ts';
import { trustMatch } from '../../sandbox/policy/evaluate.ts';
import { ledgerPolicy } from '../../cdktf/permissions/resource-policies.ts';
import type { DeploymentInput } from '../../src/config/deployment-schema.ts';
import { deploymentNames } from '../../src/deployment/names.ts';
import { CENTRAL_ACCOUNT, deployableConfig } from '../support/deployable-config.ts';
import { allOf, type JsonObject, only, synthesised } from './synthesised.ts';

const role = (name: string) => `arn:aws:iam::${CENTRAL_ACCOUNT}:role/${name}`;
const OPERATOR = role('aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Keys_0123');
const ADMIN = role('Administrator');
const deployment: Partial<DeploymentInput> = {
  operators: [role('aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Keys_*')],
};

/** Whether the policy of the bucket denies a request that the caller's own policies allow. */
function isDenied(principalArn: string, action: string, key: string, settings = deployment): boolean {
  const config = deployableConfig({ deployment: settings });
  const { ledgerBucket } = deploymentNames(config.deployment);
  const policy = parsePolicy(ledgerPolicy(config));
  const principal = { arn: principalArn, principalArn, accountId: CENTRAL_ACCOUNT };
  const context = (name: string) =>
    ({ 'aws:principalarn': principalArn, 'aws:securetransport': 'true' })[name];
  const request = { action, resource: `arn:aws:s3:::${ledgerBucket}/${key}`, context };
  return trustMatch(policy, principal, request) === 'denied';
}

const RECORD = 'ledger/runs/20261127T225500Z-1a2b3c/records/00000001.jsonl';
const KEYS = [RECORD, 'ledger/accounts/100000000001.json', 'ledger/watch.json', 'ledger/locks/00000001.json'];

describe('the bucket of the ledger', () => {
  it.each(KEYS)('lets only the rotator and the operators write %s', (key) => {
    for (const writer of [role('keysweep-rotator'), OPERATOR])
      expect(isDenied(writer, 's3:PutObject', key)).toBe(false);
    const others = [ADMIN, role('keysweep-rotator2'), role('path/keysweep-rotator'), role('keysweep-run')];
    for (const other of [...others, `arn:aws:iam::${CENTRAL_ACCOUNT}:root`])
      expect(isDenied(other, 's3:PutObject', key)).toBe(true);
  });

  it('lets the state machine write if there is one', () => {
    const engine = { ...deployment, engine: 'step-functions' as const };
    const result = 'ledger/runs/20261127T225500Z-1a2b3c/map-runs/apply/x/SUCCEEDED_0.json';
    expect(isDenied(role('keysweep-run'), 's3:PutObject', result, engine)).toBe(false);
    expect(isDenied(ADMIN, 's3:PutObject', result, engine)).toBe(true);
  });

  it.each([
    's3:AbortMultipartUpload',
    's3:PutObjectAcl',
    's3:PutObjectTagging',
    's3:ReplicateDelete',
    's3:ReplicateObject',
    's3:DeleteObjectTagging',
  ])('lets others change nothing else of an object: %s', (action) => {
    expect(isDenied(ADMIN, action, RECORD)).toBe(true);
  });

  it('lets nobody remove anything but released locks, and of these others nothing', () => {
    for (const caller of [role('keysweep-rotator'), OPERATOR, ADMIN])
      for (const key of KEYS)
        expect(`${caller} ${key} ${isDenied(caller, 's3:DeleteObject', key)}`).toBe(
          `${caller} ${key} ${caller === ADMIN || !key.startsWith('ledger/locks/')}`,
        );
  });

  it.each(['s3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:PutObjectLegalHold'])(
    'keeps every version from everybody: %s',
    (action) => {
      for (const caller of [role('keysweep-rotator'), OPERATOR, ADMIN])
        for (const key of KEYS) expect(isDenied(caller, action, key)).toBe(true);
    },
  );

  it.each(['s3:GetObject', 's3:GetObjectVersion'])('lets everybody read who may: %s', (action) => {
    for (const caller of [role('keysweep-rotator'), OPERATOR, ADMIN])
      expect(isDenied(caller, action, RECORD)).toBe(false);
  });

  it('lets whoever deploys change and delete the bucket', () => {
    for (const action of ['s3:PutBucketPolicy', 's3:PutLifecycleConfiguration', 's3:DeleteBucket'])
      expect(isDenied(ADMIN, action, '')).toBe(false);
  });
});

describe('what the bucket of the ledger keeps', () => {
  const ledger = (settings: Partial<DeploymentInput> = {}) =>
    synthesised(deployableConfig({ deployment: settings })).get('keysweep-ledger');

  it('is everything but old runs and old versions', () => {
    const rules = only(ledger(), 'aws_s3_bucket_lifecycle_configuration').rule as JsonObject[];
    expect(rules.map(({ id: _, status: __, ...rule }) => rule)).toEqual([
      { filter: [{ prefix: 'ledger/runs/' }], expiration: [{ days: 400 }] },
      {
        filter: [{ prefix: 'ledger/' }],
        noncurrent_version_expiration: [{ noncurrent_days: 400 }],
        expiration: [{ expired_object_delete_marker: true }],
      },
      { filter: [{ prefix: '' }], abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] },
    ]);
  });

  it('is not locked by default', () => {
    expect(allOf(ledger(), 'aws_s3_bucket_object_lock_configuration')).toEqual([]);
  });

  it('is locked as configured, once it has versions', () => {
    const stack = ledger({ ledger: { objectLock: { mode: 'compliance', days: 90 } } });
    expect(only(stack, 'aws_s3_bucket_object_lock_configuration')).toMatchObject({
      object_lock_enabled: 'Enabled',
      rule: { default_retention: { mode: 'COMPLIANCE', days: 90 } },
      depends_on: ['aws_s3_bucket_versioning.versioning'],
    });
  });
});
