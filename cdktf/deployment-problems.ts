import type { AccountsLock } from '../src/config/accounts-lock.ts';
import type { Problem } from '../src/config/problem.ts';
import { type DeployableConfig, deploymentNames } from '../src/deployment/names.ts';
import { memberAccess, memberPermissions } from '../src/deployment/member-role.ts';

/** All inline policies of a role together, white space not counted: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST_INLINE_POLICY = 10_240;

/** Of an accounts.json that is for plans from a terminal only. */
export const NO_DEPLOYMENT: Problem = {
  path: 'deployment',
  value: undefined,
  expected: 'the settings of a deployment: at least account, organizationId and region (docs/deployment.md)',
};

/** What keeps a valid accounts.json from being deployed. */
export function deploymentProblems(config: DeployableConfig): Problem[] {
  return [...unreachableManagementAccount(config), ...tooManyGroups(config)];
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
    'false: from a delegated administrator account a StackSet makes no role in the management account. Deploy from the ' +
    'management account, or set deployment.memberRoles to direct and deployment.organizationAccessRole to a role that you have made ' +
    'in every account, the management account too, and that trusts this one';
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
