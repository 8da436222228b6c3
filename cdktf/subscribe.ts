import { createHash } from 'node:crypto';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import type { Deployment } from '../src/config/deployment-schema.ts';

/** @param prefix of the construct ID of each subscription */
export function subscribe(
  scope: Construct,
  topic: SnsTopic,
  prefix: string,
  subscribers: Deployment['notifications'],
): void {
  subscribers.forEach(({ protocol, endpoint }) => {
    // Named by endpoint, so that removing one subscriber does not change the others; hashed, because cdktf
    // drops
    // most special characters and two endpoints could become equal.
    const hash = createHash('sha256').update(endpoint).digest('hex').slice(0, 8);
    new SnsTopicSubscription(scope, `${prefix}-${protocol}-${hash}`, {
      topicArn: topic.arn,
      protocol,
      endpoint,
    });
  });
}
