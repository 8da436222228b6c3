import { type DeployableConfig, deploymentNames } from '../../src/deployment/names.ts';
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

/** Denies sending without TLS. */
export function queuePolicy({ deployment }: DeployableConfig): PolicyDocument {
  return document([onlyTls(['sqs:SendMessage'], [deploymentNames(deployment).deadLetterQueueArn])]);
}

/**
 * The account administers the key, and alarms may encrypt with it. CloudWatch cannot use the AWS managed key
 * of SNS:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function topicKeyPolicy({ deployment }: DeployableConfig): PolicyDocument {
  const { partition } = deploymentNames(deployment);
  return document([
    {
      Sid: 'Administration',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${deployment.account}:root` },
      Action: ['kms:*'],
      Resource: ['*'],
    },
    {
      ...allow('Alarms', ['kms:Decrypt', 'kms:GenerateDataKey'], ['*']),
      ...fromCloudWatch(deployment.account),
    },
  ]);
}

/** Denies access without TLS. */
export function ledgerPolicy({ deployment }: DeployableConfig): PolicyDocument {
  const { partition, ledgerBucket } = deploymentNames(deployment);
  const bucket = `arn:${partition}:s3:::${ledgerBucket}`;
  return document([onlyTls(['s3:*'], [bucket, `${bucket}/*`])]);
}

function onlyTls(actions: readonly string[], resources: readonly string[]): Statement {
  return {
    Sid: 'OnlyTls',
    Effect: 'Deny',
    Principal: '*',
    Action: actions,
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
