import type { AccountsLock } from '../src/config/accounts-lock.ts';
import type { Problem } from '../src/config/problem.ts';
import type { Config } from '../src/config/schema.ts';
import { type DeployableConfig, deploymentNames, isDeployable } from '../src/deployment.ts';
import { firingAfter, ScheduleError } from '../src/schedule/firings.ts';
import { memberAccess, memberPermissions } from '../src/permissions/member-role.ts';

/** All inline policies of a role together, white space not counted: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST_INLINE_POLICY = 10_240;

/** What keeps a valid accounts.json from being deployed. */
export function deploymentProblems(config: Config): Problem[] {
  if (!isDeployable(config)) {
    const expected =
      'the settings of a deployment: at least account, organizationId and region (docs/deployment.md)';
    return [{ path: 'deployment', value: undefined, expected }];
  }
  return [...unreadableSchedule(config), ...unreachableManagementAccount(config), ...tooManyGroups(config)];
}

/** Scheduler would refuse it too, but only after half of the rest is deployed; and no check could tell when it fires. */
function unreadableSchedule({ schedule }: DeployableConfig): Problem[] {
  try {
    firingAfter(schedule, new Date(0));
    return [];
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const expected = `an expression of EventBridge Scheduler: ${error.message}`;
    return [{ path: 'schedule.expression', value: schedule.expression, expected }];
  }
}

/** What is wrong between accounts.json and accounts.lock.json. */
export function lockProblems({ deployment }: DeployableConfig, lock: AccountsLock): Problem[] {
  const { organizationId } = lock;
  if (organizationId === deployment.organizationId) return [];
  const expected = `${deployment.organizationId}, as accounts.json says: the list is of another organization`;
  return [{ path: 'organizationId', value: organizationId, expected }];
}

/** A StackSet leaves the management account out, and nothing else reaches into it from a member account. */
function unreachableManagementAccount({ deployment, scope }: DeployableConfig): Problem[] {
  if (!scope.managementAccount || !deployment.delegatedAdministrator || deployment.memberRoles === 'direct')
    return [];
  const expected =
    'false: from a delegated administrator account no role can be made in the management account. Make it there by hand ' +
    'and set deployment.memberRoles to direct, or deploy from the management account';
  return [{ path: 'scope.managementAccount', value: true, expected }];
}

function tooManyGroups(config: DeployableConfig): Problem[] {
  const { partition } = deploymentNames(config.deployment);
  const access = memberAccess(config, partition, config.deployment.account);
  const length = JSON.stringify(memberPermissions(access)).length;
  if (length <= LONGEST_INLINE_POLICY) return [];
  const expected =
    `fewer groups: those of defaults and all overrides together make a policy of ${length} characters, and IAM takes ` +
    `${LONGEST_INLINE_POLICY}`;
  return [{ path: 'defaults.groups', value: access.groups, expected }];
}
