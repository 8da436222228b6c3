import { CloudwatchLogMetricFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-metric-filter/index.js';
import type { Construct } from 'constructs';
import { type DeployableConfig, deploymentNames, rotationRoleArns } from '../src/deployment/names.ts';
import { METRICS_NAMESPACE } from '../src/report/metrics.ts';
import { type Alarm, anyOf } from './alarms.ts';

const METRIC = 'KeysActivated';

/**
 * UpdateAccessKey both deactivates and activates, and no condition of IAM tells them apart: whoever holds a
 * rotation role can activate any key. Only an undo does, so each activation is worth a look.
 * @returns none without a log group of CloudTrail
 */
export function activationAlarm(scope: Construct, config: DeployableConfig): Record<string, Alarm> {
  const { cloudTrailLogGroup, name } = config.deployment;
  if (cloudTrailLogGroup === undefined) return {};
  new CloudwatchLogMetricFilter(scope, 'activations', {
    name: `${name}-activations`,
    logGroupName: cloudTrailLogGroup,
    pattern: pattern(config),
    metricTransformation: { namespace: METRICS_NAMESPACE, name: METRIC, value: '1' },
  });
  return {
    'key-activated': {
      alarmDescription:
        'The rotation role activated an access key. Expected after keysweep undo --apply: keysweep runs ' +
        'lists every undo. If none explains it, somebody else has the role: docs/watching.md',
      ...anyOf(METRICS_NAMESPACE, METRIC, {}),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html */
function pattern(config: DeployableConfig): string {
  const { partition } = deploymentNames(config.deployment);
  const names = rotationRoleArns(config, partition).map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  const roles = [...new Set(names)].map(
    (name) => `($.userIdentity.sessionContext.sessionIssuer.userName = "${name}")`,
  );
  const conditions = [
    '($.eventSource = "iam.amazonaws.com")',
    '($.eventName = "UpdateAccessKey")',
    '($.requestParameters.status = "Active")',
    '($.errorCode NOT EXISTS)',
    roles.length === 1 ? roles.join('') : `(${roles.join(' || ')})`,
  ];
  return `{ ${conditions.join(' && ')} }`;
}
