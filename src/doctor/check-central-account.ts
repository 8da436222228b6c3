import type { Deployment } from '../config/deployment-schema.ts';
import { STACK_SETS_SERVICE } from '../deployment/names.ts';
import { delegatedAdministrators, trustedServices } from '../organization/trusted-access.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { ok, problem, type Finding, type Subject } from './finding.ts';

/** Whether the deployment is for this organization and for the account that may run it, and whether StackSets may work there. */
export async function checkCentralAccount(context: DoctorContext): Promise<Finding[]> {
  const { caller, organization, config } = context;
  const isManagement = caller.accountId === organization.managementAccountId;
  const here = { subject: `account ${caller.accountId}`, accountId: caller.accountId };
  const kind = isManagement ? 'is the management account' : 'is a member account';
  const { deployment } = config;
  const position = ok('central-account', here, `${kind} of ${organization.id}`);
  if (deployment === undefined) return [position];
  if (deployment.organizationId !== organization.id) return [otherOrganization(deployment, context)];
  return [
    position,
    ...(await roleInOrganization(deployment, context)),
    ...(await stackSets(deployment, context)),
  ];
}

const settings = (setting: string): Subject => ({ subject: `accounts.json, deployment.${setting}` });

function otherOrganization({ organizationId }: Deployment, { organization }: DoctorContext): Finding {
  return problem('central-account', settings('organizationId'), {
    summary: `says ${organizationId}, and your credentials are of ${organization.id}`,
    impact:
      'The roles trust the organization that stands there and no other, so every account would refuse keysweep.',
    fix: `Set deployment.organizationId to ${organization.id} and run npm run deploy, or sign in to the other organization.`,
  });
}

/** `delegatedAdministrator` decides what the rotator may ask for and how the StackSet is called. */
async function roleInOrganization(
  { account, delegatedAdministrator }: Deployment,
  { clients, organization, deadline }: DoctorContext,
): Promise<Finding[]> {
  const place = settings('delegatedAdministrator');
  const isManagement = account === organization.managementAccountId;
  if (isManagement && delegatedAdministrator) {
    return [
      problem('central-account', place, {
        summary: `is true, and ${account} is the management account itself`,
        impact:
          'The StackSet is then called as a delegated administrator, which the management account is not.',
        fix: 'Set deployment.delegatedAdministrator to false and run npm run deploy.',
      }),
    ];
  }
  if (isManagement) return [];
  if (!delegatedAdministrator) {
    return [
      problem('central-account', place, {
        summary: `is false, and ${account} is not the management account (${organization.managementAccountId} is)`,
        impact: 'A member account may not list the organization unless it is a delegated administrator.',
        fix: `Deploy in ${organization.managementAccountId}, or register ${account} (docs/deployment.md, step 1) and set this to true.`,
      }),
    ];
  }
  try {
    const registered = await delegatedAdministrators(
      clients.organizations,
      STACK_SETS_SERVICE,
      deadline.reading,
    );
    if (registered.has(account))
      return [
        ok('central-account', { subject: `account ${account}` }, 'is a delegated administrator of StackSets'),
      ];
    return [
      problem(
        'central-account',
        { subject: `account ${account}`, accountId: account },
        {
          summary: 'is not registered as a delegated administrator of StackSets',
          impact: 'It may then neither list the organization nor deploy the rotation role.',
          fix: `In the management account: aws organizations register-delegated-administrator --account-id ${account} --service-principal ${STACK_SETS_SERVICE}`,
        },
      ),
    ];
  } catch (error) {
    return [inconclusive('central-account', place, `whether ${account} is a delegated administrator`, error)];
  }
}

/** Being listed is necessary, and not all: docs/deployment.md, step 1. */
async function stackSets(
  { memberRoles }: Deployment,
  { clients, organization, deadline }: DoctorContext,
): Promise<Finding[]> {
  if (memberRoles !== 'stackset') return [];
  const place = { subject: `organization ${organization.id}` };
  try {
    const services = await trustedServices(clients.organizations, deadline.reading);
    if (services.has(STACK_SETS_SERVICE))
      return [ok('trusted-access', place, 'lets StackSets work in its accounts')];
    return [
      problem('trusted-access', place, {
        summary: 'gives StackSets no trusted access',
        impact: 'The rotation role is then deployed to no account, and to no account that is created later.',
        fix: 'In the management account: aws cloudformation activate-organizations-access',
      }),
    ];
  } catch (error) {
    return [inconclusive('trusted-access', place, 'whether StackSets have trusted access', error)];
  }
}
