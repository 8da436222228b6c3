import { CloudformationStackSetInstance } from '@cdktf/provider-aws/lib/cloudformation-stack-set-instance/index.js';
import { CloudformationStackSet } from '@cdktf/provider-aws/lib/cloudformation-stack-set/index.js';
import { DataAwsOrganizationsOrganization } from '@cdktf/provider-aws/lib/data-aws-organizations-organization/index.js';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { type DeployableConfig, deploymentNames } from '../src/deployment/names.ts';
import { rotationRole, rotationRoleTemplate } from './member-role.ts';
import { allTags, centralProvider } from './provider.ts';
import { makeRole } from './role.ts';
import { keepState } from './state.ts';

/**
 * Every account but the last of an OU may fail without stopping the rest; when all fail, the deployment does too. An
 * account that failed is found by the next plan, as `cannot-assume`.
 */
const ONE_BAD_ACCOUNT_STOPS_NOTHING = { failureTolerancePercentage: 90, maxConcurrentPercentage: 100 };

/** 10,000 accounts take some 75 minutes, and Terraform waits 30 unless told otherwise. */
const PATIENCE = '3h';

/**
 * The rotation role in every account of the configured OUs, those included that are created tomorrow: a CloudFormation
 * StackSet that Organizations itself deploys.
 */
export class MemberRolesStack extends TerraformStack {
  private readonly config: DeployableConfig;

  constructor(scope: Construct, config: DeployableConfig) {
    const names = deploymentNames(config.deployment);
    super(scope, names.memberRolesStack);
    this.config = config;
    centralProvider(this, config.deployment);
    keepState(this, config.deployment);
    const stackSet = this.stackSet(names.stackSetName);
    for (const [id, unit] of this.organizationalUnits()) this.instances(id, stackSet, unit);
    if (config.scope.managementAccount) this.managementAccountRole();
  }

  private stackSet(name: string): CloudformationStackSet {
    return new CloudformationStackSet(this, 'stack-set', {
      name,
      description: 'The role through which keysweep enters an account.',
      permissionModel: 'SERVICE_MANAGED',
      callAs: this.callAs(),
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody: withoutInterpolation(JSON.stringify(rotationRoleTemplate(this.config))),
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { active: true },
      operationPreferences: ONE_BAD_ACCOUNT_STOPS_NOTHING,
      tags: allTags(this.config.deployment),
      timeouts: { update: PATIENCE },
      // AWS fills it in, and Terraform would take it away at every deployment.
      lifecycle: { ignoreChanges: ['administration_role_arn'] },
    });
  }

  /** One resource an OU: the list of OUs of one resource cannot change without deleting the role everywhere first. docs/adr/0008-stacks.md */
  private instances(id: string, stackSet: CloudformationStackSet, unit: string): void {
    new CloudformationStackSetInstance(this, id, {
      stackSetName: stackSet.name,
      callAs: this.callAs(),
      stackSetInstanceRegion: this.config.deployment.region,
      deploymentTargets: { organizationalUnitIds: [unit] },
      operationPreferences: { ...ONE_BAD_ACCOUNT_STOPS_NOTHING, concurrencyMode: 'SOFT_FAILURE_TOLERANCE' },
      retainStack: false,
      timeouts: { create: PATIENCE, update: PATIENCE, delete: PATIENCE },
    });
  }

  private organizationalUnits(): [id: string, unit: string][] {
    const { organizationalUnits } = this.config.scope;
    if (organizationalUnits !== undefined)
      return organizationalUnits.map((unit) => [`instances-${unit}`, unit]);
    const organization = new DataAwsOrganizationsOrganization(this, 'organization', {});
    return [['instances-root', organization.roots.get(0).id]];
  }

  /** A service-managed StackSet never deploys to the management account. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html */
  private managementAccountRole(): void {
    makeRole(this, 'management-account-role', rotationRole(this.config, this.config.deployment.account));
  }

  private callAs(): string {
    return this.config.deployment.delegatedAdministrator ? 'DELEGATED_ADMIN' : 'SELF';
  }
}

/** CloudFormation's placeholders look like Terraform's: doubled, the dollar sign reaches CloudFormation. */
function withoutInterpolation(template: string): string {
  return template.replaceAll('${', () => '$${');
}
