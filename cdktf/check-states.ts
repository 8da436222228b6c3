import { UsageError } from '../src/commands/errors.ts';
import { deploymentNames, type DeployableConfig } from '../src/deployment/names.ts';
import type { Action } from './chosen-stacks.ts';
import type { DeploymentSource } from './load-deployment.ts';
import { stackNames } from './stack-names.ts';
import type { States } from './stored-states.ts';
import { templateRole } from './member-role.ts';
import type { TerraformState } from './terraform-state.ts';

/**
 * Terraform would lose what is deployed elsewhere, or deploy a second keysweep beside it, and the old Lambda
 * would keep sweeping.
 * @throws UsageError
 */
export function checkStates(action: Action, source: DeploymentSource, states: States): void {
  const problems = [
    ...movedStacks(source, states),
    ...(action === 'deploy' ? [...otherStacks(source, states), ...changedPath(source, states)] : []),
  ];
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

/** What an ARN says of where it is. IAM has no Region, a bucket neither Region nor account. */
const REGIONAL_ARN = /^arn:[^:]+:[^:]+:([a-z0-9-]+):(\d{12}):/;

function movedStacks(source: DeploymentSource, states: States): string[] {
  const { account, region } = source.config.deployment;
  const { ledger, others } = stackNames(source);
  return [ledger, ...others].flatMap((stack) => {
    const moved = placesOf(states.get(stack)).find(
      (place) => place.account !== account || place.region !== region,
    );
    if (moved === undefined) return [];
    return [
      `${stack} is deployed in ${moved.region} of account ${moved.account}, but accounts.json says ` +
        `${region} of account ${account}, so the old Lambda would keep sweeping. Run npm run destroy with ` +
        'the accounts.json that deployed it. Then change deployment.name too: the old ledger stays, ' +
        'under the old name.',
    ];
  });
}

function placesOf(
  state: TerraformState | undefined,
): { readonly region: string; readonly account: string }[] {
  return (state?.resources ?? []).flatMap(({ attributes: { arn } }) => {
    const [, region, account] = REGIONAL_ARN.exec(typeof arn === 'string' ? arn : '') ?? [];
    return region === undefined || account === undefined ? [] : [{ region, account }];
  });
}

/** A ledger stays when the rest is destroyed, and does nothing by itself. */
function otherStacks(source: DeploymentSource, states: States): string[] {
  const { ledger, others } = stackNames(source);
  const found = [...states].flatMap(([stack, { resources }]) =>
    stack.endsWith('-ledger') || [ledger, ...others].includes(stack) || resources.length === 0 ? [] : [stack],
  );
  if (found.length === 0) return [];
  return [
    `${found.join(', ')} ${found.length === 1 ? 'is' : 'are'} deployed, but accounts.json does not name ` +
      `${found.length === 1 ? 'it' : 'them'}: the old stacks would keep working beside the new ones. ` +
      'If deployment.name or deployment.memberRoles has changed, first run npm run destroy with the ' +
      'accounts.json that deployed them. If they are another deployment, keep the states apart: in another ' +
      'folder, or under another deployment.state.prefix.',
  ];
}

function changedPath({ config }: DeploymentSource, states: States): string[] {
  const { name, path } = config.rotationRole;
  const deployed = deployedRole(config, states);
  if (deployed === undefined || deployed.name !== name || deployed.path === path) return [];
  return [
    `rotationRole.path is ${path}, but the role ${name} is deployed with the path ${deployed.path}. ` +
      'CloudFormation creates the new role before it deletes the old one, and no account can have two ' +
      'roles of one name. Change rotationRole.name too.',
  ];
}

function deployedRole({ deployment }: DeployableConfig, states: States) {
  const stack = states.get(deploymentNames(deployment).memberRolesStack);
  const stackSet = stack?.resources.find(({ type }) => type === 'aws_cloudformation_stack_set');
  const template = stackSet?.attributes.template_body;
  return typeof template === 'string' ? templateRole(template) : undefined;
}
