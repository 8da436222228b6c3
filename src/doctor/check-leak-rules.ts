import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';

import { deploymentNames, type DeployableConfig } from '../deployment/names.ts';
import type { DoctorContext } from './context.ts';
import { ifExists } from './deployed/if-exists.ts';
import { DEPLOY, ok, problem, type Finding } from './finding.ts';
import { inconclusive } from './inconclusive.ts';

/** Whether the events of AWS reach the Lambda for leaked keys; only with `leaks`. */
export async function checkLeakRules(config: DeployableConfig, context: DoctorContext): Promise<Finding[]> {
  const { leaks, deployment } = config;
  if (!leaks) return [];
  const { healthRuleName, guardDutyRuleName } = deploymentNames(deployment);
  const names = leaks.guardDutyFindings.length > 0 ? [healthRuleName, guardDutyRuleName] : [healthRuleName];
  return Promise.all(names.map((name) => checkRule(name, deployment.region, context)));
}

async function checkRule(
  Name: string,
  region: string,
  { clients, deadline: { reading } }: DoctorContext,
): Promise<Finding> {
  const subject = { subject: `rule ${Name}` };
  try {
    const { eventBridge } = clients.notices(region);
    const answer = eventBridge.send(new DescribeRuleCommand({ Name }), { abortSignal: reading });
    const found = await ifExists('ResourceNotFoundException', 'events:DescribeRule', answer);
    if (found?.State === 'ENABLED') return ok('leak-rules', subject, 'enabled');
    const summary = found ? 'The rule is disabled' : `The rule does not exist in ${region}`;
    return problem('leak-rules', subject, { summary, impact: IMPACT, fix: DEPLOY });
  } catch (error) {
    return inconclusive('leak-rules', subject, 'whether the rule is enabled', error);
  }
}

const IMPACT = 'Nobody hears of keys that AWS reports as leaked.';
