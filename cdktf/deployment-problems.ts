import type { AccountsLock } from '../src/config/accounts-lock.ts';
import type { Problem } from '../src/config/problem.ts';
import { type DeployableConfig, deploymentNames } from '../src/deployment/names.ts';
import { memberPermissions } from '../src/deployment/member-role.ts';

/**
 * Characters without white space, of all inline policies of a role:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_INLINE_POLICY = 10_240;

/** Without a deployment, accounts.json only serves runs from a terminal. */
export const NO_DEPLOYMENT: Problem = {
  path: 'deployment',
  value: undefined,
  expected: 'deployment settings: at least account, organizationId and region (docs/deployment.md)',
};

/** Why a valid accounts.json cannot be deployed. */
export function deploymentProblems(config: DeployableConfig): Problem[] {
  return [...unreachableManagementAccount(config), ...tooManyGroups(config), ...farSubscribers(config)];
}

export function lockProblems({ deployment }: DeployableConfig, lock: AccountsLock): Problem[] {
  const { organizationId } = lock;
  if (organizationId === deployment.organizationId) return [];
  const expected = `${deployment.organizationId}, as in accounts.json: this list is of another organization`;
  return [{ path: 'organizationId', value: organizationId, expected }];
}

/** A StackSet skips the management account, and nothing else can deploy to it from a member account. */
function unreachableManagementAccount({ deployment, scope }: DeployableConfig): Problem[] {
  if (!scope.managementAccount || !deployment.delegatedAdministrator || deployment.memberRoles === 'direct')
    return [];
  const expected =
    'false: from a delegated administrator account, a StackSet cannot deploy to the management account. ' +
    'Deploy from the management account; or set deployment.memberRoles to direct and ' +
    'deployment.organizationAccessRole to a role that exists in every account, including the management ' +
    'account, and trusts this account';
  return [{ path: 'scope.managementAccount', value: true, expected }];
}

function tooManyGroups(config: DeployableConfig): Problem[] {
  const { partition } = deploymentNames(config.deployment);
  const permissions = memberPermissions(config, partition, config.deployment.account);
  const { length } = JSON.stringify(permissions);
  if (length <= MAX_INLINE_POLICY) return [];
  const expected =
    'fewer groups: those of defaults and all overrides make a policy of ' +
    `${length} characters, and IAM allows ${MAX_INLINE_POLICY}`;
  return [{ path: 'defaults.groups', value: config.defaults.groups, expected }];
}

/**
 * The owner of a queue in another account would have to confirm the subscription, and its permission, like
 * that of a function, is only given in its own account and Region.
 */
function farSubscribers({ deployment, notices }: DeployableConfig): Problem[] {
  const { account, region } = deployment;
  const lists = {
    'deployment.notifications': deployment.notifications,
    'notices.topic.subscribers': notices.topic ? notices.topic.subscribers : [],
  };
  const expected =
    `a queue or function in ${region} of account ${account}: others cannot be subscribed from here. ` +
    'Use https or email, or forward from there';
  return Object.entries(lists).flatMap(([list, subscribers]) =>
    subscribers.flatMap(({ protocol, endpoint }, index) =>
      (protocol === 'sqs' || protocol === 'lambda') && !endpoint.includes(`:${region}:${account}:`)
        ? [{ path: `${list}[${index}].endpoint`, value: endpoint, expected }]
        : [],
    ),
  );
}
