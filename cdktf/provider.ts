import { AwsProvider, type AwsProviderConfig } from '@cdktf/provider-aws/lib/provider/index.js';
import type { TerraformStack } from 'cdktf';
import type { Deployment } from '../src/config/deployment-schema.ts';
import { deploymentNames } from '../src/deployment/names.ts';

/** For the rotator's account; it rejects credentials of any other account. */
export function centralProvider(stack: TerraformStack, deployment: Deployment): AwsProvider {
  return new AwsProvider(stack, 'aws', {
    region: deployment.region,
    allowedAccountIds: [deployment.account],
    defaultTags: [{ tags: allTags(deployment) }],
  });
}

/** For another Region of the rotator's account. */
export function providerIn(stack: TerraformStack, deployment: Deployment, region: string): AwsProvider {
  return new AwsProvider(stack, `aws-${region}`, {
    alias: region.replaceAll('-', '_'),
    region,
    allowedAccountIds: [deployment.account],
    defaultTags: [{ tags: allTags(deployment) }],
  });
}

/** For another account, through the role that Organizations creates in it. */
export function memberProvider(
  stack: TerraformStack,
  deployment: Deployment,
  accountId: string,
): AwsProvider {
  const { partition } = deploymentNames(deployment);
  const config: AwsProviderConfig = {
    alias: `account_${accountId}`,
    region: deployment.region,
    allowedAccountIds: [accountId],
    assumeRole: [
      {
        roleArn: `arn:${partition}:iam::${accountId}:role/${deployment.organizationAccessRole}`,
        sessionName: `${deployment.name}-deploy`,
      },
    ],
    defaultTags: [{ tags: allTags(deployment) }],
  };
  return new AwsProvider(stack, `account-${accountId}`, config);
}

export function allTags({ name, tags }: Deployment): Record<string, string> {
  return { 'keysweep:deployment': name, ...tags };
}
