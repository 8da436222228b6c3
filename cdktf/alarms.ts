import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../src/deployment/names.ts';

const FIVE_MINUTES = 300;

export type Alarm = Omit<CloudwatchMetricAlarmConfig, 'alarmName' | 'alarmActions' | 'okActions'>;

/**
 * Alarms that notify a topic when they fire and when they recover.
 * @param alarms by name without the deployment's
 * @returns the full names
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

/** Fires when the metric counts at least 1 in five minutes; missing data does not fire. */
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
