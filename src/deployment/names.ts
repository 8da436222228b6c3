import type { Partition } from '../aws/partition.ts';
import type { Deployment } from '../config/deployment-schema.ts';
import type { Config } from '../config/schema.ts';

/** accounts.json that can be deployed. */
export type DeployableConfig = Config & { readonly deployment: Deployment };

/** Where in the ledger bucket the records are. */
export const LEDGER_PREFIX = 'ledger';

export function isDeployable(config: Config): config is DeployableConfig {
  return config.deployment !== undefined;
}

/** Whether there is a notice run before each sweep. */
export function givesNotice({ schedule: { noticeHours } }: Config): boolean {
  return noticeHours !== false && noticeHours > 0;
}

/** The Lambda as it is deployed, which `keysweep doctor` compares with what it finds. */
export const ROTATOR_FUNCTION = {
  runtime: 'nodejs24.x',
  handler: 'lambda.handler',
  /** The most that Lambda gives; the sweep stops by itself before it. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  timeoutSeconds: 900,
  /** A failed sweep is told, not repeated: the next one, or a person, starts from what the ledger says. */
  maximumRetryAttempts: 0,
} as const;

/** Of the Lambda that takes the steps of a run, with the engine `step-functions`; in all else it is as the rotator. */
export const WORKER_HANDLER = 'lambda.worker';

/** Environment variables of the rotator, by what they tell. */
export const ROTATOR_VARIABLES = {
  ledger: 'KEYSWEEP_LEDGER',
  /** Of the configuration that was deployed, for whoever compares it with a file. */
  configSha256: 'KEYSWEEP_CONFIG_SHA256',
} as const;

/** Which firing it is: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** What the schedules send to the rotator. */
export const SWEEP_EVENT = { mode: 'sweep', scheduledTime: SCHEDULED_TIME } as const;
export const NOTICE_EVENT = { mode: 'notice', ifDue: true, scheduledTime: SCHEDULED_TIME } as const;
export const WATCHDOG_EVENT = { mode: 'watchdog', scheduledTime: SCHEDULED_TIME } as const;

/**
 * When notice and watchdog are started. They ask by themselves whether anything is due, so no expression is shifted. Not at the
 * full hour, when everybody's schedules fire. docs/adr/0013-hourly-checks.md
 */
export const HOURLY_CHECKS = { expression: 'cron(17 * * * ? *)', timezone: 'UTC' } as const;

/** The service that deploys StackSets in an organization: https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-cloudformation.html */
export const STACK_SETS_SERVICE = 'member.org.stacksets.cloudformation.amazonaws.com';

/** The `service` of the rotator's log and metrics. */
export const SERVICE_NAME = 'keysweep';

/** Everything that is deployed and has a name, derived from the settings alone. */
export interface DeploymentNames {
  readonly partition: Partition;
  readonly functionName: string;
  readonly functionArn: string;
  readonly logGroupName: string;
  /** With the engine `step-functions`: the Lambda that takes the steps of a run, and the state machine that asks for them. */
  readonly workerName: string;
  readonly workerArn: string;
  readonly workerLogGroupName: string;
  readonly stateMachineName: string;
  readonly stateMachineArn: string;
  readonly stateMachineRoleName: string;
  readonly rotatorRoleName: string;
  readonly rotatorRoleArn: string;
  readonly schedulerRoleName: string;
  readonly scheduleGroupName: string;
  readonly scheduleGroupArn: string;
  readonly scheduleName: string;
  readonly noticeScheduleName: string;
  readonly watchdogScheduleName: string;
  readonly deadLetterQueueName: string;
  readonly deadLetterQueueArn: string;
  readonly topicName: string;
  readonly topicArn: string;
  readonly noticeTopicName: string;
  readonly noticeTopicArn: string;
  readonly ledgerBucket: string;
  /** As KEYSWEEP_LEDGER takes it. */
  readonly ledgerUrl: string;
  readonly stackSetName: string;
  readonly ledgerStack: string;
  readonly rotatorStack: string;
  /** The one stack of `stackset`, and the start of the names of those of `direct`. */
  readonly memberRolesStack: string;
}

export function deploymentNames(deployment: Deployment): DeploymentNames {
  const { account, name, region } = deployment;
  const partition = partitionOfRegion(region);
  const regional = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const ledgerBucket = `${name}-ledger-${account}-${region}`;
  return {
    partition,
    functionName: `${name}-rotator`,
    functionArn: regional('lambda', `function:${name}-rotator`),
    logGroupName: `/aws/lambda/${name}-rotator`,
    workerName: `${name}-worker`,
    workerArn: regional('lambda', `function:${name}-worker`),
    workerLogGroupName: `/aws/lambda/${name}-worker`,
    stateMachineName: `${name}-run`,
    stateMachineArn: regional('states', `stateMachine:${name}-run`),
    stateMachineRoleName: `${name}-run`,
    rotatorRoleName: `${name}-rotator`,
    rotatorRoleArn: `arn:${partition}:iam::${account}:role/${name}-rotator`,
    schedulerRoleName: `${name}-schedule`,
    scheduleGroupName: name,
    scheduleGroupArn: regional('scheduler', `schedule-group/${name}`),
    scheduleName: `${name}-sweep`,
    noticeScheduleName: `${name}-notice`,
    watchdogScheduleName: `${name}-watchdog`,
    deadLetterQueueName: `${name}-dead-letters`,
    deadLetterQueueArn: regional('sqs', `${name}-dead-letters`),
    topicName: `${name}-alarms`,
    topicArn: regional('sns', `${name}-alarms`),
    noticeTopicName: `${name}-notices`,
    noticeTopicArn: regional('sns', `${name}-notices`),
    ledgerBucket,
    ledgerUrl: `s3://${ledgerBucket}/${LEDGER_PREFIX}`,
    stackSetName: `${name}-member-roles`,
    ledgerStack: `${name}-ledger`,
    rotatorStack: `${name}-rotator`,
    memberRolesStack: `${name}-member-roles`,
  };
}

/** ARN of the configured permissions boundary in an account; undefined: none. */
export function boundaryArn({ deployment }: DeployableConfig, accountId: string): string | undefined {
  const { permissionsBoundary, region } = deployment;
  return (
    permissionsBoundary && `arn:${partitionOfRegion(region)}:iam::${accountId}:policy/${permissionsBoundary}`
  );
}

/** ARN patterns of every role that some account is entered through, in any account, sorted. */
export function rotationRoleArns(config: Config, partition: Partition): string[] {
  const roles = [
    config.rotationRole,
    ...config.overrides.map(({ rotationRole }) => ({ ...config.rotationRole, ...rotationRole })),
  ];
  return [...new Set(roles.map(({ path, name }) => `arn:${partition}:iam::*:role${path}${name}`))].sort();
}

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
function partitionOfRegion(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
