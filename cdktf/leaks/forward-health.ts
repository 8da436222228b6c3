import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import type { TerraformStack } from 'cdktf';
import { boundaryArn, type DeployableConfig, deploymentNames } from '../../src/deployment/names.ts';
import { allow, document, serviceTrust } from '../../src/deployment/policy-document.ts';
import { providerIn } from '../provider.ts';
import { makeRole } from '../role.ts';
import { forwardingRegion, HEALTH_PATTERN } from './rules.ts';

/**
 * Health delivers events about keys in one Region, and a rule starts no Lambda in another one: a rule there
 * sends them to the default bus here.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export function forwardHealth(scope: TerraformStack, config: DeployableConfig): void {
  const { deployment } = config;
  const from = forwardingRegion(deployment);
  if (from === undefined) return;
  const { account, region } = deployment;
  const { partition, healthRuleName: name, healthRuleArn, forwarderRoleName } = deploymentNames(deployment);
  const bus = `arn:${partition}:events:${region}:${account}:event-bus/default`;
  const role = makeRole(scope, 'forward-role', {
    name: forwarderRoleName,
    description: `Lets EventBridge in ${from} forward events about exposed access keys to ${region}.`,
    trust: serviceTrust('events.amazonaws.com', {
      account,
      arns: [healthRuleArn.replace(`:${region}:`, `:${from}:`)],
    }),
    permissions: document([allow('Forward', ['events:PutEvents'], [bus])]),
    permissionsBoundary: boundaryArn(config, account),
  });
  const provider = providerIn(scope, deployment, from);
  const rule = new CloudwatchEventRule(scope, 'forwarded-keys', {
    provider,
    name,
    description: `Access keys that AWS Health reports as exposed, to keysweep in ${region}.`,
    eventPattern: JSON.stringify(HEALTH_PATTERN),
  });
  new CloudwatchEventTarget(scope, 'forwarded-keys-target', {
    provider,
    rule: rule.name,
    arn: bus,
    roleArn: role.arn,
  });
}
