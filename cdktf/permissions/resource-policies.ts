import type { Deployment } from '../../src/config/deployment-schema.ts';
import { type DeployableConfig, deploymentNames, LEDGER_PREFIX } from '../../src/deployment/names.ts';
import { leakRuleArns } from '../leaks/rules.ts';
import {
  allow,
  document,
  type PolicyDocument,
  type Statement,
} from '../../src/deployment/policy-document.ts';

/** Alarms may publish, and only with TLS. */
export function topicPolicy({ deployment }: DeployableConfig): PolicyDocument {
  const { topicArn } = deploymentNames(deployment);
  return document([
    { ...allow('Alarms', ['sns:Publish'], [topicArn]), ...fromCloudWatch(deployment.account) },
    onlyTls(['sns:Publish'], [topicArn]),
  ]);
}

/** Denies publishing without TLS; the rotator's own role allows it to publish. */
export function noticeTopicPolicy({ deployment }: DeployableConfig): PolicyDocument {
  return document([onlyTls(['sns:Publish'], [deploymentNames(deployment).noticeTopicArn])]);
}

/** Denies sending without TLS; rules of EventBridge may send what they could not deliver. */
export function queuePolicy(config: DeployableConfig): PolicyDocument {
  const { deadLetterQueueArn } = deploymentNames(config.deployment);
  const rules = leakRuleArns(config);
  const fromRules = {
    ...allow('LeakRules', ['sqs:SendMessage'], [deadLetterQueueArn]),
    Principal: { Service: 'events.amazonaws.com' },
    Condition: { ArnEquals: { 'aws:SourceArn': rules } },
  };
  return document([
    ...(rules.length > 0 ? [fromRules] : []),
    onlyTls(['sqs:SendMessage'], [deadLetterQueueArn]),
  ]);
}

/**
 * The account administers the key, and alarms may encrypt with it. CloudWatch cannot use the AWS managed key
 * of SNS:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function topicKeyPolicy({ deployment }: DeployableConfig): PolicyDocument {
  return document([
    administration(deployment),
    {
      ...allow('Alarms', ['kms:Decrypt', 'kms:GenerateDataKey'], ['*']),
      ...fromCloudWatch(deployment.account),
    },
  ]);
}

/** The account administers the key, and whoever writes the ledger signs it, if IAM allows that too. */
export function signingKeyPolicy({ deployment }: DeployableConfig): PolicyDocument {
  const signers = [deploymentNames(deployment).rotatorRoleArn, ...deployment.operators];
  return document([
    administration(deployment),
    {
      ...deny('OnlyKeysweepSigns', ['kms:Sign']),
      Resource: ['*'],
      Condition: { ArnNotLike: { 'aws:PrincipalArn': signers } },
    },
  ]);
}

function administration(deployment: Deployment): Statement {
  const { partition } = deploymentNames(deployment);
  return {
    Sid: 'Administration',
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${deployment.account}:root` },
    Action: ['kms:*'],
    Resource: ['*'],
  };
}

/**
 * Only keysweep writes, only locks can be deleted, and every version stays until it expires. Whoever may
 * change this policy can do all that; against them there is `deployment.ledger.objectLock`.
 */
export function ledgerPolicy({ deployment }: DeployableConfig): PolicyDocument {
  const { partition, ledgerBucket, rotatorRoleArn, stateMachineRoleArn } = deploymentNames(deployment);
  const bucket = `arn:${partition}:s3:::${ledgerBucket}`;
  const engine = deployment.engine === 'step-functions' ? [stateMachineRoleArn] : [];
  const writers = [rotatorRoleArn, ...engine, ...deployment.operators];
  return document([
    onlyTls(['s3:*'], [bucket, `${bucket}/*`]),
    {
      ...deny('OnlyKeysweepWrites', OBJECT_WRITES),
      Resource: [`${bucket}/*`],
      Condition: { ArnNotLike: { 'aws:PrincipalArn': writers } },
    },
    {
      ...deny('OnlyLocksAreDeleted', ['s3:DeleteObject']),
      NotResource: [`${bucket}/${LEDGER_PREFIX}/locks/*`],
    },
    { ...deny('VersionsStay', VERSION_CHANGES), Resource: [`${bucket}/*`] },
  ]);
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const OBJECT_WRITES = ['s3:AbortMultipartUpload', 's3:DeleteObject*', 's3:PutObject*', 's3:Replicate*'];
const VERSION_CHANGES = [
  's3:BypassGovernanceRetention',
  's3:DeleteObjectVersion',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
];

function deny(sid: string, actions: readonly string[]): Statement {
  return { Sid: sid, Effect: 'Deny', Principal: '*', Action: actions };
}

function onlyTls(actions: readonly string[], resources: readonly string[]): Statement {
  return {
    ...deny('OnlyTls', actions),
    Resource: resources,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

function fromCloudWatch(account: string): Pick<Statement, 'Principal' | 'Condition'> {
  return {
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  };
}
