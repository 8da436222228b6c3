import type { Partition } from '../../src/access/partition.ts';
import {
  type DeployableConfig,
  deploymentNames,
  LEDGER_PREFIX,
  rotationRoleArns,
} from '../../src/deployment.ts';
import { allow, document, type PolicyDocument } from './policy-document.ts';

/** What the rotator may do: read the organization, enter the rotation roles, keep its ledger, write its log. */
export function rotatorPermissions(config: DeployableConfig): PolicyDocument {
  const { deployment, optOutTag } = config;
  const { account, organizationId, region, kmsKeyArn } = deployment;
  const { partition, ledgerBucket, logGroupName } = deploymentNames(deployment);
  const bucket = `arn:${partition}:s3:::${ledgerBucket}`;
  // In the account of these ARNs stands the management account, whose id a delegated administrator need not know.
  const inOrganization = (kind: string) => `arn:${partition}:organizations::*:${kind}/${organizationId}/*`;
  return document([
    allow(
      'ListOrganization',
      ['organizations:DescribeOrganization', 'organizations:ListAccounts', 'organizations:ListRoots'],
      ['*'],
    ),
    allow(
      'WalkOrganization',
      ['organizations:ListAccountsForParent', 'organizations:ListOrganizationalUnitsForParent'],
      [inOrganization('ou'), inOrganization('root')],
    ),
    ...(optOutTag === false
      ? []
      : [
          allow('FindOptOutTags', ['tag:GetResources'], ['*']),
          allow('ReadOptOutTags', ['organizations:ListTagsForResource'], [inOrganization('account')]),
        ]),
    {
      ...allow('EnterAccounts', ['sts:AssumeRole'], rotationRoleArns(config, partition)),
      Condition: { StringEquals: { 'aws:ResourceOrgID': organizationId } },
    },
    {
      ...allow('ListLedger', ['s3:ListBucket'], [bucket]),
      Condition: { StringLike: { 's3:prefix': `${LEDGER_PREFIX}/*` } },
    },
    allow(
      'KeepLedger',
      ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      [`${bucket}/${LEDGER_PREFIX}/*`],
    ),
    ...(kmsKeyArn === undefined
      ? []
      : [
          {
            ...allow('EncryptLedger', ['kms:Decrypt', 'kms:GenerateDataKey'], [kmsKeyArn]),
            Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.${domain(partition)}` } },
          },
        ]),
    allow(
      'WriteLog',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [`arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}:*`],
    ),
  ]);
}

function domain(partition: Partition): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}
