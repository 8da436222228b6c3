import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import { type DeployableConfig, deploymentNames } from '../src/deployment/names.ts';
import { noticeTopicPolicy } from './permissions/resource-policies.ts';
import { subscribe } from './subscribe.ts';

export function makeNoticeTopic(scope: Construct, config: DeployableConfig): void {
  const { notices, deployment } = config;
  if (!notices.topic) return;
  const topic = new SnsTopic(scope, 'notices', {
    name: deploymentNames(deployment).noticeTopicName,
    // AWS's own key works for the rotator, a principal of the account, but not for CloudWatch alarms.
    kmsMasterKeyId: deployment.kmsKeyArn ?? 'alias/aws/sns',
  });
  new SnsTopicPolicy(scope, 'notices-policy', {
    arn: topic.arn,
    policy: JSON.stringify(noticeTopicPolicy(config)),
  });
  subscribe(scope, topic, 'notice', notices.topic.subscribers);
}
