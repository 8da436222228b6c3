import { createHash } from 'node:crypto';
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import { type DeployableConfig, deploymentNames, SERVICE_NAME } from '../src/deployment.ts';
import { METRICS_NAMESPACE, RUN_OK } from '../src/report/metrics.ts';
import { topicKeyPolicy, topicPolicy } from './permissions/resource-policies.ts';
import { longestPauseDays } from './schedule-pause.ts';

/** The metrics of scheduled runs; a plan or a sweep from a terminal publishes none. */
const SWEEPS = { service: SERVICE_NAME, mode: 'sweep' };
const ONE_DAY = 24 * 3600;
const FIVE_MINUTES = 300;

/** The topic that hears of everything that is not well, and the alarms that publish to it. */
export function makeAlarms(scope: Construct, config: DeployableConfig): void {
  const topic = makeTopic(scope, config);
  for (const [id, alarm] of Object.entries(alarmsFor(config))) {
    new CloudwatchMetricAlarm(scope, id, {
      alarmName: `${config.deployment.name}-${id}`,
      alarmActions: [topic.arn],
      okActions: [topic.arn],
      ...alarm,
    });
  }
}

export type Alarm = Omit<CloudwatchMetricAlarmConfig, 'alarmName' | 'alarmActions'>;

function alarmsFor(config: DeployableConfig): Record<string, Alarm> {
  const { functionName, deadLetterQueueName } = deploymentNames(config.deployment);
  return {
    'sweep-failed': {
      alarmDescription:
        'A sweep ended in an error or ran out of time: at least one account was not swept as it should be.',
      ...anyOf('AWS/Lambda', 'Errors', { FunctionName: functionName }),
    },
    'accounts-not-reached': {
      alarmDescription: 'A sweep had no time left for some accounts, which were left as they are.',
      ...anyOf(METRICS_NAMESPACE, 'AccountsNotReached', SWEEPS),
    },
    'not-delivered': {
      alarmDescription: 'EventBridge Scheduler could not start a sweep; the dead-letter queue says why.',
      ...anyOf('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: deadLetterQueueName }),
      statistic: 'Maximum',
    },
    ...didNotRun(config),
  };
}

/** In alarm as soon as one of these is counted in five minutes, and not while there is nothing to count. */
export function anyOf(namespace: string, metricName: string, dimensions: Record<string, string>): Alarm {
  return {
    namespace,
    metricName,
    dimensions,
    statistic: 'Sum',
    period: FIVE_MINUTES,
    evaluationPeriods: 1,
    threshold: 1,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    treatMissingData: 'notBreaching',
  };
}

/**
 * In alarm when no sweep ended, well or not, for as long as the schedule pauses at most: as many days as that without a
 * single one. A schedule that pauses for more than a week gets no such alarm, because CloudWatch looks back seven days.
 */
function didNotRun({ schedule }: DeployableConfig): Record<string, Alarm> {
  const days = longestPauseDays(schedule.expression);
  if (days === undefined) return {};
  const alarm: Alarm = {
    alarmDescription: `No sweep ended in ${days === 1 ? 'a day' : `${days} days`}, and the schedule asks for one.`,
    namespace: METRICS_NAMESPACE,
    metricName: RUN_OK,
    dimensions: SWEEPS,
    statistic: 'SampleCount',
    period: ONE_DAY,
    evaluationPeriods: days,
    threshold: 1,
    comparisonOperator: 'LessThanThreshold',
    treatMissingData: 'breaching',
  };
  return { 'sweep-did-not-run': alarm };
}

function makeTopic(scope: Construct, config: DeployableConfig): SnsTopic {
  const { deployment } = config;
  const topic = new SnsTopic(scope, 'alarms', {
    name: deploymentNames(deployment).topicName,
    kmsMasterKeyId: deployment.kmsKeyArn ?? topicKey(scope, config).arn,
  });
  new SnsTopicPolicy(scope, 'alarms-policy', { arn: topic.arn, policy: JSON.stringify(topicPolicy(config)) });
  deployment.notifications.forEach(({ protocol, endpoint }) => {
    // By its endpoint and not by its place in the list: taking one away leaves the others alone. As a hash, because cdktf
    // drops most signs from a name and two endpoints could become one.
    const hash = createHash('sha256').update(endpoint).digest('hex').slice(0, 8);
    new SnsTopicSubscription(scope, `notify-${protocol}-${hash}`, {
      topicArn: topic.arn,
      protocol,
      endpoint,
    });
  });
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
