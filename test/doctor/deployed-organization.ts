import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

import { lambdaVariables } from '../../cdktf/environment.ts';
import { openClients, type Clients } from '../../src/aws/clients.ts';
import { openDeployedClients } from '../../src/doctor/deployed/clients.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import {
  deploymentNames,
  hasNoticeRun,
  LEAKS_FUNCTION,
  HOURLY_CHECKS,
  isDeployable,
  NOTICE_EVENT,
  ROTATOR_FUNCTION,
  STACK_SETS_SERVICE,
  SWEEP_EVENT,
  WATCHDOG_EVENT,
  WORKER_HANDLER,
  type DeployableConfig,
} from '../../src/deployment/names.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { DoctorDependencies } from '../../src/doctor/context.ts';
import type { Examination } from '../../src/doctor/finding.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openStore } from '../../src/ledger/open-store.ts';
import { memberPermissions, memberTrust } from '../../src/deployment/member-role.ts';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import type { FunctionOptions, ScheduleOptions } from '../../sandbox/organization/entities.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { ALLOW_ALL, type PolicyDocument } from '../../sandbox/policy/document.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { deadlineOn } from '../../src/sweep/deadline.ts';

/** A Tuesday; the last sweep was due on the Friday before. */
export const NOW = new Date('2026-11-24T10:00:00Z');
export const REGION = 'eu-central-1';
export const OPERATOR = 'SecurityOperator';

/** An organization after `npm run deploy`, without defects until a test adds one. */
export interface DeployedOrganization {
  readonly organization: SandboxOrganization;
  readonly members: readonly SandboxAccount[];
  /** accounts.json; a test may change it before it is deployed. */
  readonly config: ConfigInput;
}

/** Accounts with a user in the group Developers; {@link deploy} adds everything else. */
export function newOrganization(members: number): DeployedOrganization {
  const organization = new SandboxOrganization({ now: NOW });
  const accounts = Array.from({ length: members }, (_, index) => {
    const account = organization.addAccount({ name: `member-${index}` });
    organization.addUser({ account, userName: 'ada', groups: ['Developers'], keys: [{}], console: true });
    return account;
  });
  const { managementAccount } = organization;
  const config: ConfigInput = {
    optOutTag: false,
    schedule: { expression: 'cron(55 23 ? * FRI *)', timezone: 'Europe/Berlin' },
    defaults: { armed: true, groups: ['Developers'] },
    deployment: {
      account: managementAccount.id,
      organizationId: organization.id,
      region: REGION,
      operators: [`arn:aws:iam::${managementAccount.id}:role/${OPERATOR}`],
    },
  };
  return { organization, members: accounts, config };
}

export function deployable(config: ConfigInput): DeployableConfig {
  const parsed = parseConfig(JSON.stringify(config), 'accounts.json');
  if (!isDeployable(parsed)) throw new Error('no deployment');
  return parsed;
}

/** Creates what the stacks create, and the role that runs doctor. */
export function deploy({ organization, members, config: input }: DeployedOrganization): void {
  const config = deployable(input);
  const { managementAccount } = organization;
  const names = deploymentNames(config.deployment);
  for (const { id } of members) {
    organization.addRole({
      account: id,
      roleName: config.rotationRole.name,
      trust: memberTrust(config),
      policies: { keysweep: memberPermissions(config, 'aws', id) },
    });
  }
  addOperator(organization, ALLOW_ALL);
  organization.enableServiceAccess(STACK_SETS_SERVICE);
  organization.putFunction(managementAccount, REGION, functionOf(config));
  if (config.deployment.engine === 'step-functions') {
    const worker = { functionName: names.workerName, handler: WORKER_HANDLER };
    organization.putFunction(managementAccount, REGION, { ...functionOf(config), ...worker });
    organization.putStateMachine(managementAccount, REGION, { name: names.stateMachineName });
  }
  if (config.leaks) {
    const leaks = { functionName: names.leaksName, handler: LEAKS_FUNCTION.handler };
    organization.putFunction(managementAccount, REGION, { ...functionOf(config), ...leaks });
    organization.rules.set(names.healthRuleArn, 'ENABLED').set(names.guardDutyRuleArn, 'ENABLED');
  }
  organization.putStackSet(
    names.stackSetName,
    REGION,
    members.map(({ id: accountId }) => ({ accountId })),
  );
  for (const schedule of [
    scheduleOf(config),
    watchdogOf(config),
    ...(hasNoticeRun(config) ? [noticeOf(config)] : []),
  ])
    organization.putSchedule(managementAccount, REGION, schedule);
  organization.addBucket(names.ledgerBucket).versioning = 'Enabled';
  organization.addSigningKey(names.ledgerKeyAliasArn);
}

export function addOperator(organization: SandboxOrganization, may: PolicyDocument, name = OPERATOR): void {
  const { managementAccount } = organization;
  const role = managementAccount.roles.get(name);
  if (role) managementAccount.roles.remove(role);
  const principal = { AWS: `arn:aws:iam::${managementAccount.id}:root` };
  const trust = { Statement: { Effect: 'Allow' as const, Principal: principal, Action: 'sts:AssumeRole' } };
  organization.addRole({ account: managementAccount, roleName: name, trust, policies: { all: may } });
}

export function functionOf(config: DeployableConfig): FunctionOptions {
  const names = deploymentNames(config.deployment);
  return {
    functionName: names.functionName,
    runtime: ROTATOR_FUNCTION.runtime,
    handler: ROTATOR_FUNCTION.handler,
    timeoutSeconds: ROTATOR_FUNCTION.timeoutSeconds,
    memoryMegabytes: 1769,
    maximumRetryAttempts: ROTATOR_FUNCTION.maximumRetryAttempts,
    environment: lambdaVariables(config),
    // In the order of AWS, which is not that of the file.
    subnets: config.deployment.vpc?.subnets.toReversed() ?? [],
    securityGroups: config.deployment.vpc?.securityGroups ?? [],
  };
}

export function scheduleOf(config: DeployableConfig): ScheduleOptions {
  const names = deploymentNames(config.deployment);
  return {
    name: names.scheduleName,
    groupName: names.scheduleGroupName,
    expression: config.schedule.expression,
    timezone: config.schedule.timezone,
    targetArn: names.functionArn,
    input: JSON.stringify(SWEEP_EVENT),
    deadLetterArn: names.deadLetterQueueArn,
    // After the last Friday, so that no sweep was due.
    createdDaysAgo: 1,
  };
}

export function watchdogOf(config: DeployableConfig): ScheduleOptions {
  const { watchdogScheduleName: name } = deploymentNames(config.deployment);
  return { ...scheduleOf(config), ...HOURLY_CHECKS, name, input: JSON.stringify(WATCHDOG_EVENT) };
}

export function noticeOf(config: DeployableConfig): ScheduleOptions {
  const { noticeScheduleName: name } = deploymentNames(config.deployment);
  return { ...scheduleOf(config), ...HOURLY_CHECKS, name, input: JSON.stringify(NOTICE_EVENT) };
}

export interface Examined {
  readonly examination: Examination;
  readonly sandbox: Sandbox;
}

export interface DoctorSetting {
  /** The accounts.json that doctor reads. Default: the deployed one. */
  readonly config?: ConfigInput;
  /** Name of the role that runs doctor. */
  readonly as?: string;
  readonly sandbox?: SandboxOptions;
  readonly dependencies?: (
    given: DoctorDependencies,
  ) => Partial<DoctorDependencies> | Promise<Partial<DoctorDependencies>>;
}

export async function doctorOn(
  deployed: DeployedOrganization,
  { config: input = deployed.config, as = OPERATOR, sandbox: options, dependencies }: DoctorSetting = {},
): Promise<Examined> {
  const sandbox = await startSandbox({ organization: deployed.organization, ...options });
  const config = parseConfig(JSON.stringify(input), 'accounts.json');
  const roleArn = `arn:aws:iam::${deployed.organization.managementAccount.id}:role/${as}`;
  const credentials = await assume(sandbox, roleArn);
  const clients: Clients = openClients({ endpoint: sandbox.url, region: REGION, credentials, sockets: 16 });
  const deployedClients = openDeployedClients({ region: REGION, endpoint: sandbox.url, credentials });
  sandbox.calls.reset();
  try {
    const given: DoctorDependencies = {
      config,
      clients,
      deployed: config.deployment && deployedClients,
      store: ledgerOf(config, clients, () => sandbox.clock.now()),
      host: 'test',
      deadline: deadlineOn(new AbortController().signal, new AbortController().signal),
      progress: () => undefined,
      now: () => sandbox.clock.now(),
      random: () => 'abc',
    };
    return { examination: await examine({ ...given, ...(await dependencies?.(given)) }), sandbox };
  } finally {
    clients.close();
    deployedClients.close();
    await sandbox.close();
  }
}

function ledgerOf(config: ReturnType<typeof parseConfig>, clients: Clients, now: () => Date): ObjectStore {
  const location = isDeployable(config) ? deploymentNames(config.deployment).ledgerUrl : 's3://no-bucket/x';
  return openStore(location, clients, config, now);
}

async function assume({ url: endpoint, region, credentials }: Sandbox, roleArn: string) {
  const sts = new STSClient({ endpoint, region, credentials });
  const answer = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'ann' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** `status check, subject: summary` of every finding that is not ok. */
export function complaints({ findings }: Examination): string[] {
  return findings
    .filter(({ status }) => status !== 'ok')
    .map(({ status, check, subject, summary }) => `${status} ${check}, ${subject}: ${summary}`);
}
