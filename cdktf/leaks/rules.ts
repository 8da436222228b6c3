import { partitionOfRegion } from '../../src/aws/partition.ts';
import { type DeployableConfig, deploymentNames } from '../../src/deployment/names.ts';

/** What starts the Lambda for leaked keys. */
export interface LeakRule {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly pattern: object;
}

/**
 * The only EventBridge events that can have these sources are AWS's own: PutEvents refuses sources that begin
 * with `aws.`. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export const HEALTH_PATTERN = {
  source: ['aws.health'],
  'detail-type': ['AWS Health Event'],
  detail: { eventTypeCode: ['AWS_RISK_CREDENTIALS_EXPOSED'] },
};

export function leakRules({ leaks, deployment }: DeployableConfig): LeakRule[] {
  if (!leaks) return [];
  const { healthRuleName, healthRuleArn, guardDutyRuleName, guardDutyRuleArn } = deploymentNames(deployment);
  const health = {
    id: 'exposed-keys',
    name: healthRuleName,
    arn: healthRuleArn,
    description: 'Access keys that AWS Health reports as exposed, to keysweep.',
    pattern: HEALTH_PATTERN,
  };
  const guardDuty = {
    id: 'guardduty',
    name: guardDutyRuleName,
    arn: guardDutyRuleArn,
    description: 'Access keys that GuardDuty finds in wrong hands, to keysweep.',
    pattern: findingPattern(leaks.guardDutyFindings),
  };
  return leaks.guardDutyFindings.length === 0 ? [health] : [health, guardDuty];
}

export function leakRuleArns(config: DeployableConfig): string[] {
  return leakRules(config).map(({ arn }) => arn);
}

/** Sessions, of ASIA…, are no access keys. */
function findingPattern(types: readonly string[]): object {
  return {
    source: ['aws.guardduty'],
    'detail-type': ['GuardDuty Finding'],
    detail: { type: types, resource: { accessKeyDetails: { accessKeyId: [{ prefix: 'AKIA' }] } } },
  };
}

/**
 * Health delivers to the Region of the event, which for a key is the home Region of the partition, and to
 * us-west-2 as backup: https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html
 * @returns undefined where the deployment gets it already
 */
export function forwardingRegion({ region }: DeployableConfig['deployment']): string | undefined {
  const { homeRegion } = partitionOfRegion(region);
  return region === homeRegion || region === 'us-west-2' ? undefined : homeRegion;
}
