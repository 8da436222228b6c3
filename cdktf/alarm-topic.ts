import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import { type DeployableConfig, deploymentNames } from '../src/deployment/names.ts';
import { topicKeyPolicy, topicPolicy } from './permissions/resource-policies.ts';
import { subscribe } from './subscribe.ts';

export function makeAlarmTopic(scope: Construct, config: DeployableConfig): SnsTopic {
  const { deployment } = config;
  const topic = new SnsTopic(scope, 'alarms', {
    name: deploymentNames(deployment).topicName,
    kmsMasterKeyId: deployment.kmsKeyArn ?? topicKey(scope, config).arn,
  });
  new SnsTopicPolicy(scope, 'alarms-policy', { arn: topic.arn, policy: JSON.stringify(topicPolicy(config)) });
  subscribe(scope, topic, 'notify', deployment.notifications);
  return topic;
}

function topicKey(scope: Construct, config: DeployableConfig): KmsKey {
  return new KmsKey(scope, 'alarms-key', {
    description: 'Encrypts the alarms of keysweep.',
    policy: JSON.stringify(topicKeyPolicy(config)),
    enableKeyRotation: true,
    deletionWindowInDays: 7,
  });
}
