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

/** The metrics of scheduled runs; a plan or a sweep from a terminal publishes none. */
const SWEEPS = { service: SERVICE_NAME, mode: 'sweep' };
const WATCHDOG = { service: SERVICE_NAME, mode: WATCHDOG_MODE };
const ONE_HOUR = 3600;

/** The alarms on the rotator, its schedule and what it counts. */
export function rotatorAlarms(config: DeployableConfig): Record<string, Alarm> {
  const { functionName, deadLetterQueueName } = deploymentNames(config.deployment);
  return {
    'sweep-failed': {
      alarmDescription:
        'A sweep, a notice run or the watchdog ended in an error or ran out of time: its log says why, and so does keysweep show last-sweep, or last-plan for a notice run.',
      ...anyOf('AWS/Lambda', 'Errors', { FunctionName: functionName }),
    },
    'accounts-not-covered': {
      alarmDescription:
        'A sweep did not cover every account; keysweep show last-sweep says which, and what to do.',
      ...anyOf(METRICS_NAMESPACE, ACCOUNTS_NOT_COVERED, SWEEPS),
    },
    'stopped-by-limit': {
      alarmDescription:
        'A limit of accounts.json stopped a sweep before it revoked anything; keysweep show last-sweep says which, and how to go on.',
      ...anyOf(METRICS_NAMESPACE, STOPPED_BY_LIMIT, SWEEPS),
    },
    'notices-failed': {
      alarmDescription:
        'Somebody was not told of a sweep; keysweep show last-plan (the notice run), after the sweep last-sweep, says who, and why.',
      ...anyOf(METRICS_NAMESPACE, NOTICES_FAILED, { service: SERVICE_NAME }),
    },
    'not-delivered': {
      alarmDescription: 'EventBridge Scheduler could not start the Lambda; the dead-letter queue says why.',
      ...anyOf('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: deadLetterQueueName }),
      statistic: 'Maximum',
    },
    'sweep-did-not-run': didNotRun(),
    'watchdog-did-not-run': doesNotLook(),
  };
}

/** In alarm while the watchdog, which looks every hour, misses a sweep. docs/adr/0013-hourly-checks.md */
function didNotRun(): Alarm {
  return {
    alarmDescription:
      'The last sweep that had to be did not run, has no end or is not ok, and no later one is: keysweep runs, then keysweep doctor.',
    ...anyOf(METRICS_NAMESPACE, SWEEP_MISSED, WATCHDOG),
    statistic: 'Maximum',
    period: ONE_HOUR,
    // An hour without a look changes nothing of what is known; three of them are for the next alarm.
    treatMissingData: 'ignore',
  };
}

/** In alarm when the watchdog itself did not look for three hours: then nobody would know that a sweep did not run. */
function doesNotLook(): Alarm {
  return {
    alarmDescription:
      'The watchdog did not look for three hours: the Lambda or its schedule does not work. keysweep doctor says which.',
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
