import { type DeployableConfig, deploymentNames, SERVICE_NAME } from '../src/deployment/names.ts';
import {
  ACCOUNTS_NOT_COVERED,
  METRICS_NAMESPACE,
  NOTICES_FAILED,
  STOPPED_BY_LIMIT,
  SWEEP_MISSED,
  WATCHDOG_MODE,
} from '../src/report/metrics.ts';
import { type Alarm, anyOf } from './alarms.ts';

/** Only the Lambda publishes metrics; runs from a terminal do not. */
const SWEEPS = { service: SERVICE_NAME, mode: 'sweep' };
const WATCHDOG = { service: SERVICE_NAME, mode: WATCHDOG_MODE };
const ONE_HOUR = 3600;

export function rotatorAlarms(config: DeployableConfig): Record<string, Alarm> {
  const { functionName, deadLetterQueueName } = deploymentNames(config.deployment);
  return {
    'sweep-failed': {
      alarmDescription:
        'A sweep, a notice run or the watchdog failed or ran out of time. The log says why, and so does ' +
        'keysweep show last-sweep, or last-plan for a notice run.',
      ...anyOf('AWS/Lambda', 'Errors', { FunctionName: functionName }),
    },
    'accounts-not-covered': {
      alarmDescription:
        'A sweep did not cover every account. keysweep show last-sweep says which, and what to do.',
      ...anyOf(METRICS_NAMESPACE, ACCOUNTS_NOT_COVERED, SWEEPS),
    },
    'stopped-by-limit': {
      alarmDescription:
        'A limit in accounts.json stopped a sweep before it revoked anything. ' +
        'keysweep show last-sweep says which limit, and what to do.',
      ...anyOf(METRICS_NAMESPACE, STOPPED_BY_LIMIT, SWEEPS),
    },
    'notices-failed': {
      alarmDescription:
        'Somebody was not notified of a sweep. keysweep show last-plan (the notice run), or last-sweep ' +
        'after the sweep, says who, and why.',
      ...anyOf(METRICS_NAMESPACE, NOTICES_FAILED, { service: SERVICE_NAME }),
    },
    'not-delivered': {
      alarmDescription: 'EventBridge could not start a Lambda, or it failed. The dead-letter queue says why.',
      ...anyOf('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: deadLetterQueueName }),
      statistic: 'Maximum',
    },
    'sweep-did-not-run': sweepDidNotRun(),
    'watchdog-did-not-run': watchdogDidNotRun(),
  };
}

/** Fires while the hourly watchdog misses a sweep: docs/adr/0013-hourly-checks.md */
function sweepDidNotRun(): Alarm {
  return {
    alarmDescription:
      'The sweep of the last slot did not run, has no end or is not ok, and no later sweep is ok. ' +
      'Check keysweep runs, then keysweep doctor.',
    ...anyOf(METRICS_NAMESPACE, SWEEP_MISSED, WATCHDOG),
    statistic: 'Maximum',
    period: ONE_HOUR,
    // An hour without a check keeps the state; after three of them the next alarm fires.
    treatMissingData: 'ignore',
  };
}

/** Without the watchdog, nobody would know that a sweep did not run. */
function watchdogDidNotRun(): Alarm {
  return {
    alarmDescription:
      'The watchdog has not run for three hours: the Lambda or its schedule does not work. ' +
      'keysweep doctor says which.',
    namespace: METRICS_NAMESPACE,
    metricName: SWEEP_MISSED,
    dimensions: WATCHDOG,
    statistic: 'SampleCount',
    period: ONE_HOUR,
    evaluationPeriods: 3,
    threshold: 1,
    comparisonOperator: 'LessThanThreshold',
    treatMissingData: 'breaching',
  };
}
