import type { Deployment } from '../config/deployment-schema.ts';
import { STACK_SETS_SERVICE } from '../deployment/names.ts';
import { delegatedAdministrators, trustedServices } from '../organization/trusted-access.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { inConfig, ok, problem, type Finding } from './finding.ts';

/** @param isDenied whether AWS denied the caller the list of accounts */
export async function checkCentralAccount(context: DoctorContext, isDenied: boolean): Promise<Finding[]> {
  const { organization, config } = context;
  const { deployment } = config;
  const position = checkPosition(context, isDenied);
  if (deployment === undefined) return [position];
  if (deployment.organizationId !== organization.id) return [otherOrganization(deployment, context)];
  const delegation = await checkDelegation(deployment, context, !isDenied);
  const trustedAccess = await checkTrustedAccess(deployment, context);
  return [position, delegation, trustedAccess].filter((finding) => finding !== undefined);
}

function checkPosition({ caller, organization }: DoctorContext, isDenied: boolean): Finding {
  const { id, managementAccountId } = organization;
  const { accountId } = caller;
  const subject = { subject: `account ${accountId}`, accountId };
  if (accountId === managementAccountId) return ok('central-account', subject, `management account of ${id}`);
  if (!isDenied) return ok('central-account', subject, `member account that can list ${id}`);
  return problem('central-account', subject, {
    summary: `Your credentials belong to a member account of ${id} that cannot list its accounts`,
    impact: 'No plan or sweep starts with these credentials, and no account was checked.',
    fix:
      `Sign in to the management account, ${managementAccountId}, or to a delegated administrator account. ` +
      'docs/deployment.md, step 1, says how this account becomes one.',
  });
}

function otherOrganization({ organizationId }: Deployment, { organization }: DoctorContext): Finding {
  return problem('central-account', inConfig('deployment.organizationId'), {
    summary:
      `deployment.organizationId is ${organizationId}, ` +
      `but your credentials belong to ${organization.id}`,
    impact:
      'The rotation roles trust only the configured organization, so every account would deny keysweep.',
    fix:
      `Set deployment.organizationId to ${organization.id} and run npm run deploy, ` +
      'or sign in to the other organization.',
  });
}

/** `delegatedAdministrator` decides what the rotator may read and how the StackSet is called. */
async function checkDelegation(
  { account, delegatedAdministrator }: Deployment,
  { clients, organization, caller, deadline }: DoctorContext,
  canList: boolean,
): Promise<Finding | undefined> {
  const subject = inConfig('deployment.delegatedAdministrator');
  const isManagement = account === organization.managementAccountId;
  if (isManagement && delegatedAdministrator) {
    return problem('central-account', subject, {
      summary: `deployment.delegatedAdministrator is true, but ${account} is the management account`,
      impact:
        'The StackSet is then called as a delegated administrator, which fails in the management account.',
      fix: 'Set deployment.delegatedAdministrator to false and run npm run deploy.',
    });
  }
  if (isManagement) return undefined;
  if (!delegatedAdministrator) {
    return problem('central-account', subject, {
      summary:
        `deployment.delegatedAdministrator is false, but ${account} is not the management account ` +
        `(${organization.managementAccountId} is)`,
      impact: 'The StackSet is then called as the management account, which fails in a member account.',
      fix:
        canList && caller.accountId === account
          ? 'Set deployment.delegatedAdministrator to true and run npm run deploy.'
          : `Deploy in ${organization.managementAccountId}, ` +
            `or register ${account} (docs/deployment.md, step 1) and set this to true.`,
    });
  }
  try {
    const { organizations } = clients;
    const registered = await delegatedAdministrators(organizations, STACK_SETS_SERVICE, deadline.reading);
    const place = { subject: `account ${account}`, accountId: account };
    if (registered.has(account))
      return ok('central-account', { subject: place.subject }, 'delegated administrator of StackSets');
    return problem('central-account', place, {
      summary: 'The account is not registered as a delegated administrator of StackSets',
      impact: 'It can neither list the organization nor deploy the rotation role.',
      fix:
        'In the management account, run: aws organizations register-delegated-administrator ' +
        `--account-id ${account} --service-principal ${STACK_SETS_SERVICE}`,
    });
  } catch (error) {
    const question = `whether ${account} is a delegated administrator`;
    return inconclusive('central-account', subject, question, error);
  }
}

/** Being listed is necessary but not sufficient: docs/deployment.md, step 1. */
async function checkTrustedAccess(
  { memberRoles }: Deployment,
  { clients, organization, deadline }: DoctorContext,
): Promise<Finding | undefined> {
  if (memberRoles !== 'stackset') return undefined;
  const subject = { subject: `organization ${organization.id}` };
  try {
    const services = await trustedServices(clients.organizations, deadline.reading);
    if (services.has(STACK_SETS_SERVICE))
      return ok('trusted-access', subject, 'StackSets have trusted access');
    return problem('trusted-access', subject, {
      summary: 'StackSets have no trusted access to the organization',
      impact: 'StackSets cannot deploy the rotation role to any account, existing or new.',
      fix: 'In the management account, run: aws cloudformation activate-organizations-access',
    });
  } catch (error) {
    return inconclusive('trusted-access', subject, 'whether StackSets have trusted access', error);
  }
}
