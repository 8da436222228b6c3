import { partitionOfRegion, type Partition } from '../aws/partition.ts';
import type { Deployment } from '../config/deployment-schema.ts';
import type { Config, RotationRole } from '../config/schema.ts';

export type DeployableConfig = Config & { readonly deployment: Deployment };

/** Prefix of the ledger in its bucket. */
export const LEDGER_PREFIX = 'ledger';

export function isDeployable(config: Config): config is DeployableConfig {
  return config.deployment !== undefined;
}

/** Whether `npm run deploy` creates this rotation role. */
export function isDeployed({ name, path }: RotationRole, config: Config): config is DeployableConfig {
  return isDeployable(config) && name === config.rotationRole.name && path === config.rotationRole.path;
}

export function hasNoticeRun({ schedule: { noticeHours } }: Config): boolean {
  return noticeHours !== false && noticeHours > 0;
}

export const ROTATOR_FUNCTION = {
  runtime: 'nodejs24.x',
  handler: 'lambda.handler',
  /** The maximum: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  timeoutSeconds: 900,
  /** A failed sweep is reported, not retried: the next one, or a person, continues from the ledger. */
  maximumRetryAttempts: 0,
} as const;

/** Of the worker of the engine `step-functions`; its other settings are the rotator's. */
export const WORKER_HANDLER = 'lambda.worker';

/** Of the Lambda for leaked keys, which may be repeated: it changes nothing twice. */
export const LEAKS_FUNCTION = { handler: 'lambda.leaks', maximumRetryAttempts: 2 } as const;

export const ROTATOR_VARIABLES = {
  ledger: 'KEYSWEEP_LEDGER',
  /** Of the deployed configuration, so that doctor can compare it with a file. */
  configSha256: 'KEYSWEEP_CONFIG_SHA256',
} as const;

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** Sent by the schedules to the rotator. */
export const SWEEP_EVENT = { mode: 'sweep', scheduledTime: SCHEDULED_TIME } as const;
export const NOTICE_EVENT = { mode: 'notice', ifDue: true, scheduledTime: SCHEDULED_TIME } as const;
export const INVENTORY_EVENT = { mode: 'inventory', scheduledTime: SCHEDULED_TIME } as const;
export const WATCHDOG_EVENT = { mode: 'watchdog', scheduledTime: SCHEDULED_TIME } as const;

/**
 * For notice and watchdog, which check by themselves what is due: docs/adr/0013-hourly-checks.md. Not on the
 * hour, when many schedules fire.
 */
export const HOURLY_CHECKS = { expression: 'cron(17 * * * ? *)', timezone: 'UTC' } as const;

/**
 * https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-cloudformation.html
 */
export const STACK_SETS_SERVICE = 'member.org.stacksets.cloudformation.amazonaws.com';

/** The `service` in the rotator's logs and metrics. */
export const SERVICE_NAME = 'keysweep';

/** Names of everything deployed, derived from the settings alone. */
export function deploymentNames(deployment: Deployment) {
  const { account, name, region } = deployment;
  const { name: partition, dnsSuffix } = partitionOfRegion(region);
  const regional = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const ledgerBucket = `${name}-ledger-${account}-${region}`;
  return {
    partition,
    dnsSuffix,
    functionName: `${name}-rotator`,
    functionArn: regional('lambda', `function:${name}-rotator`),
    logGroupName: `/aws/lambda/${name}-rotator`,
    // With the engine `step-functions`: the Lambda that executes the steps of a run, and the state machine.
    workerName: `${name}-worker`,
    workerArn: regional('lambda', `function:${name}-worker`),
    workerLogGroupName: `/aws/lambda/${name}-worker`,
    // With `leaks`.
    leaksName: `${name}-leaks`,
    leaksArn: regional('lambda', `function:${name}-leaks`),
    leaksLogGroupName: `/aws/lambda/${name}-leaks`,
    healthRuleName: `${name}-exposed-keys`,
    healthRuleArn: regional('events', `rule/${name}-exposed-keys`),
    guardDutyRuleName: `${name}-guardduty`,
    guardDutyRuleArn: regional('events', `rule/${name}-guardduty`),
    forwarderRoleName: `${name}-forward`,
    stateMachineName: `${name}-run`,
    stateMachineArn: regional('states', `stateMachine:${name}-run`),
    stateMachineRoleName: `${name}-run`,
    stateMachineRoleArn: `arn:${partition}:iam::${account}:role/${name}-run`,
    rotatorRoleName: `${name}-rotator`,
    rotatorRoleArn: `arn:${partition}:iam::${account}:role/${name}-rotator`,
    schedulerRoleName: `${name}-schedule`,
    scheduleGroupName: name,
    scheduleGroupArn: regional('scheduler', `schedule-group/${name}`),
    scheduleName: `${name}-sweep`,
    noticeScheduleName: `${name}-notice`,
    inventoryScheduleName: `${name}-inventory`,
    watchdogScheduleName: `${name}-watchdog`,
    deadLetterQueueName: `${name}-dead-letters`,
    deadLetterQueueArn: regional('sqs', `${name}-dead-letters`),
    topicName: `${name}-alarms`,
    topicArn: regional('sns', `${name}-alarms`),
    noticeTopicName: `${name}-notices`,
    noticeTopicArn: regional('sns', `${name}-notices`),
    ledgerBucket,
    /** The value of KEYSWEEP_LEDGER. */
    ledgerUrl: `s3://${ledgerBucket}/${LEDGER_PREFIX}`,
    /** Of the key that signs the ledger. */
    ledgerKeyAlias: `alias/${name}-ledger`,
    ledgerKeyAliasArn: regional('kms', `alias/${name}-ledger`),
    stackSetName: `${name}-member-roles`,
    ledgerStack: `${name}-ledger`,
    rotatorStack: `${name}-rotator`,
    /** The only stack of `stackset`, and the prefix of the stacks of `direct`. */
    memberRolesStack: `${name}-member-roles`,
  };
}

export function boundaryArn({ deployment }: DeployableConfig, accountId: string): string | undefined {
  const { permissionsBoundary, region } = deployment;
  return (
    permissionsBoundary &&
    `arn:${partitionOfRegion(region).name}:iam::${accountId}:policy/${permissionsBoundary}`
  );
}

/** Sorted ARN patterns of all rotation roles, in any account. */
export function rotationRoleArns(config: Config, partition: Partition): string[] {
  const roles = [
    config.rotationRole,
    ...config.overrides.map(({ rotationRole }) => ({ ...config.rotationRole, ...rotationRole })),
  ];
  return [...new Set(roles.map(({ path, name }) => `arn:${partition}:iam::*:role${path}${name}`))].sort();
}
