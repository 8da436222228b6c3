import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../src/deployment/names.ts';

const FIVE_MINUTES = 300;

/** What an alarm watches, and how. */
export type Alarm = Omit<CloudwatchMetricAlarmConfig, 'alarmName' | 'alarmActions' | 'okActions'>;

/**
 * Alarms that tell a topic when something is not well, and when it is well again.
 *
 * @param alarms by what comes after the name of the deployment in theirs
 * @returns their names
 */
export function makeAlarms(
  scope: Construct,
  { deployment }: DeployableConfig,
  topic: SnsTopic,
  alarms: Readonly<Record<string, Alarm>>,
): string[] {
  return Object.entries(alarms).map(([id, alarm]) => {
    const alarmName = `${deployment.name}-${id}`;
    new CloudwatchMetricAlarm(scope, id, {
      alarmName,
      alarmActions: [topic.arn],
      okActions: [topic.arn],
      ...alarm,
    });
    return alarmName;
  });
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
