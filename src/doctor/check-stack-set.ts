import { deploymentNames, type DeployableConfig } from '../deployment/names.ts';
import type { DeployedClients } from './deployed/clients.ts';
import { readStackInstances, type StackInstance } from './deployed/stack-set.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { DEPLOY, ok, problem, unknown, type Finding } from './finding.ts';

/** Terraform does not repeat what a StackSet could not do: it sees the StackSet, and not its instances. */
export async function checkStackSet(
  { deployment }: DeployableConfig,
  { cloudFormation }: DeployedClients,
  { caller, organization, deadline: { reading } }: DoctorContext,
): Promise<Finding[]> {
  if (deployment.memberRoles !== 'stackset') return [];
  const { stackSetName: name } = deploymentNames(deployment);
  const subject = { subject: `StackSet ${name}` };
  const callAs = caller.accountId === organization.managementAccountId ? 'SELF' : 'DELEGATED_ADMIN';
  try {
    const instances = await readStackInstances(cloudFormation, { name, callAs }, reading);
    if (!instances) {
      const summary = `The StackSet does not exist in ${deployment.region} of account ${deployment.account}`;
      const impact = 'Nothing deploys the rotation role, to new accounts either.';
      return [problem('stack-set', subject, { summary, impact, fix: DEPLOY })];
    }
    const found = instances.flatMap(checkInstance);
    return found.length > 0 ? found : [ok('stack-set', subject, `${instances.length} accounts, all current`)];
  } catch (error) {
    return [inconclusive('stack-set', subject, 'whether the StackSet reached every account', error)];
  }
}

/** StackSets leave out suspended accounts on purpose, and these are swept no more. */
function checkInstance({ accountId, status, detailedStatus, reason }: StackInstance): Finding[] {
  if (status === 'CURRENT' || detailedStatus === 'SKIPPED_SUSPENDED_ACCOUNT') return [];
  const subject = { subject: accountId, accountId };
  if (detailedStatus === 'PENDING' || detailedStatus === 'RUNNING')
    return [
      unknown('stack-set', subject, {
        summary: 'The StackSet is still deploying to the account',
        impact: 'Until it ends, the account has the old rotation role, or none.',
        fix: 'Run doctor again in some minutes.',
      }),
    ];
  return [
    problem('stack-set', subject, {
      summary: `The StackSet did not update the account: ${status}, ${detailedStatus}`,
      impact: 'It has an old rotation role, or none, and npm run deploy does not try again.',
      fix:
        'Remove the cause, then repeat the operation: ' +
        'docs/deployment.md#accounts-that-the-stackset-did-not-reach',
      ...(reason !== undefined && { detail: reason }),
    }),
  ];
}
