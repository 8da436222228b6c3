import { createHash } from 'node:crypto';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import type { Deployment } from '../src/config/deployment-schema.ts';

/** @param what the topic tells; begins the name of each subscription */
export function subscribe(
  scope: Construct,
  topic: SnsTopic,
  what: string,
  subscribers: Deployment['notifications'],
): void {
  subscribers.forEach(({ protocol, endpoint }) => {
    // By its endpoint and not by its place in the list: taking one away leaves the others alone. As a hash, because cdktf
    // drops most signs from a name and two endpoints could become one.
    const hash = createHash('sha256').update(endpoint).digest('hex').slice(0, 8);
    new SnsTopicSubscription(scope, `${what}-${protocol}-${hash}`, {
      topicArn: topic.arn,
      protocol,
      endpoint,
    });
  });
}
