import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import { type DeployableConfig, deploymentNames } from '../src/deployment/names.ts';
import { noticeTopicPolicy } from './permissions/resource-policies.ts';
import { subscribe } from './subscribe.ts';

/** The topic on which people read what sweeps will do and have done, where accounts.json asks for one. */
export function makeNoticeTopic(scope: Construct, config: DeployableConfig): void {
  const { notices, deployment } = config;
  if (!notices.topic) return;
  const topic = new SnsTopic(scope, 'notices', {
    name: deploymentNames(deployment).noticeTopicName,
    // The rotator publishes as a principal of the account, for which the key of AWS will do; alarms it would refuse.
    kmsMasterKeyId: deployment.kmsKeyArn ?? 'alias/aws/sns',
  });
  new SnsTopicPolicy(scope, 'notices-policy', {
    arn: topic.arn,
    policy: JSON.stringify(noticeTopicPolicy(config)),
  });
  subscribe(scope, topic, 'notice', notices.topic.subscribers);
}
