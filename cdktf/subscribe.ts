import { createHash } from 'node:crypto';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import type { Deployment } from '../src/config/deployment-schema.ts';

type Subscriber = Deployment['notifications'][number];

/** @param prefix of the construct ID of each subscription */
export function subscribe(
  scope: Construct,
  topic: SnsTopic,
  prefix: string,
  subscribers: readonly Subscriber[],
): void {
  for (const { protocol, endpoint } of subscribers) {
    // Named by endpoint, so that removing one does not change the others; hashed, because cdktf drops most
    // special characters, and two endpoints could become equal.
    const hash = createHash('sha256').update(endpoint).digest('hex').slice(0, 8);
    const id = `${prefix}-${protocol}-${hash}`;
    new SnsTopicSubscription(scope, id, { topicArn: topic.arn, protocol, endpoint });
    if (protocol === 'lambda') allowInvocation(scope, topic, id, endpoint);
  }
}

/** A subscription alone does not let SNS invoke the function. */
function allowInvocation(scope: Construct, topic: SnsTopic, id: string, functionArn: string): void {
  const [functionName = '', qualifier] = functionArn.split(':').slice(6);
  new LambdaPermission(scope, `${id}-permission`, {
    statementId: `keysweep-${id}`,
    action: 'lambda:InvokeFunction',
    functionName,
    ...(qualifier !== undefined && { qualifier }),
    principal: 'sns.amazonaws.com',
    sourceArn: topic.arn,
  });
}
