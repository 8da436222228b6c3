import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group/index.js';
import {
  SchedulerSchedule,
  type SchedulerScheduleConfig,
} from '@cdktf/provider-aws/lib/scheduler-schedule/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import type { Construct } from 'constructs';
import {
  boundaryArn,
  type DeployableConfig,
  deploymentNames,
  hasNoticeRun,
  HOURLY_CHECKS,
  INVENTORY_EVENT,
  NOTICE_EVENT,
  SWEEP_EVENT,
  WATCHDOG_EVENT,
} from '../src/deployment/names.ts';
import { serviceTrust } from '../src/deployment/policy-document.ts';
import { queuePolicy } from './permissions/resource-policies.ts';
import { schedulerPermissions } from './permissions/schedule-role.ts';
import { makeRole } from './role.ts';

const FOURTEEN_DAYS = 14 * 24 * 3600;

/**
 * The schedules of the sweep and of the hourly checks.
 * @returns the queue of failed deliveries, which has an alarm
 */
export function makeSchedule(scope: Construct, config: DeployableConfig, rotator: LambdaFunction): SqsQueue {
  const { deployment } = config;
  const names = deploymentNames(deployment);
  const group = new SchedulerScheduleGroup(scope, 'schedule-group', { name: names.scheduleGroupName });
  const deadLetters = new SqsQueue(scope, 'dead-letters', {
    name: names.deadLetterQueueName,
    messageRetentionSeconds: FOURTEEN_DAYS,
    sqsManagedSseEnabled: true,
  });
  new SqsQueuePolicy(scope, 'dead-letters-policy', {
    queueUrl: deadLetters.url,
    policy: JSON.stringify(queuePolicy(config)),
  });
  const role = makeRole(scope, 'schedule-role', {
    name: names.schedulerRoleName,
    description: 'Lets EventBridge Scheduler start the keysweep Lambda.',
    trust: serviceTrust('scheduler.amazonaws.com', {
      account: deployment.account,
      arns: [names.scheduleGroupArn],
    }),
    permissions: schedulerPermissions(config),
    permissionsBoundary: boundaryArn(config, deployment.account),
  });
  const addSchedule = (id: string, firing: Firing): void => {
    new SchedulerSchedule(scope, id, {
      groupName: group.name,
      flexibleTimeWindow: { mode: 'OFF' },
      ...firing.when,
      name: firing.name,
      target: {
        arn: rotator.arn,
        roleArn: role.arn,
        input: JSON.stringify(firing.event),
        // For delivery only: a sweep that fails is not retried.
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 },
        deadLetterConfig: { arn: deadLetters.arn },
      },
    });
  };
  addSchedule('schedule', { name: names.scheduleName, event: SWEEP_EVENT, when: sweepTimes(config) });
  addSchedule('watchdog-schedule', {
    name: names.watchdogScheduleName,
    event: WATCHDOG_EVENT,
    when: EVERY_HOUR,
  });
  if (hasNoticeRun(config))
    addSchedule('notice-schedule', { name: names.noticeScheduleName, event: NOTICE_EVENT, when: EVERY_HOUR });
  const { inventory, schedule } = config;
  if (inventory?.schedule !== undefined)
    addSchedule('inventory-schedule', {
      name: names.inventoryScheduleName,
      event: INVENTORY_EVENT,
      when: { scheduleExpression: inventory.schedule, scheduleExpressionTimezone: schedule.timezone },
    });
  return deadLetters;
}

interface Firing {
  readonly name: string;
  readonly event: object;
  readonly when: Pick<SchedulerScheduleConfig, 'scheduleExpression'> & Partial<SchedulerScheduleConfig>;
}

/** In UTC, Scheduler's default. */
const EVERY_HOUR = { scheduleExpression: HOURLY_CHECKS.expression };

function sweepTimes({ schedule, deployment }: DeployableConfig): Firing['when'] {
  const window = deployment.flexibleWindowMinutes;
  return {
    scheduleExpression: schedule.expression,
    scheduleExpressionTimezone: schedule.timezone,
    flexibleTimeWindow: window === 0 ? { mode: 'OFF' } : { mode: 'FLEXIBLE', maximumWindowInMinutes: window },
  };
}
