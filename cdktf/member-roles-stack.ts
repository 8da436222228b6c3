import { CloudformationStackSetInstance } from '@cdktf/provider-aws/lib/cloudformation-stack-set-instance/index.js';
import { CloudformationStackSet } from '@cdktf/provider-aws/lib/cloudformation-stack-set/index.js';
import { DataAwsOrganizationsOrganization } from '@cdktf/provider-aws/lib/data-aws-organizations-organization/index.js';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { type DeployableConfig, deploymentNames } from '../src/deployment/names.ts';
import { rotationRole, rotationRoleTemplate } from './member-role.ts';
import { allTags, centralProvider } from './provider.ts';
import { makeRole } from './role.ts';
import { configureBackend } from './state.ts';

/**
 * Failed accounts do not stop the rest, unless nearly all fail. The next plan shows them as `cannot-assume`.
 */
const TOLERATE_FAILURES = { failureTolerancePercentage: 90, maxConcurrentPercentage: 100 };

/** 10,000 accounts take about 75 minutes; Terraform's default is 30. */
const TIMEOUT = '3h';

/** The rotation role in every account of the configured OUs, future ones too: a service-managed StackSet. */
export class MemberRolesStack extends TerraformStack {
  private readonly config: DeployableConfig;

  constructor(scope: Construct, config: DeployableConfig) {
    const names = deploymentNames(config.deployment);
    super(scope, names.memberRolesStack);
    this.config = config;
    centralProvider(this, config.deployment);
    configureBackend(this, config.deployment);
    const stackSet = this.stackSet(names.stackSetName);
    for (const [id, unit] of this.organizationalUnits()) this.instances(id, stackSet, unit);
    if (config.scope.managementAccount) this.managementAccountRole();
  }

  private stackSet(name: string): CloudformationStackSet {
    return new CloudformationStackSet(this, 'stack-set', {
      name,
      description: 'The role that keysweep assumes in an account.',
      permissionModel: 'SERVICE_MANAGED',
      callAs: this.callAs(),
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody: escapeInterpolation(JSON.stringify(rotationRoleTemplate(this.config))),
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { active: true },
      operationPreferences: TOLERATE_FAILURES,
      tags: allTags(this.config.deployment),
      timeouts: { update: TIMEOUT },
      // AWS sets it, and Terraform would remove it at every deployment.
      lifecycle: { ignoreChanges: ['administration_role_arn'] },
    });
  }

  /**
   * One resource per OU: changing the OUs of a resource would first delete all its roles.
   * docs/adr/0008-stacks.md
   */
  private instances(id: string, stackSet: CloudformationStackSet, unit: string): void {
    new CloudformationStackSetInstance(this, id, {
      stackSetName: stackSet.name,
      callAs: this.callAs(),
      stackSetInstanceRegion: this.config.deployment.region,
      deploymentTargets: { organizationalUnitIds: [unit] },
      operationPreferences: { ...TOLERATE_FAILURES, concurrencyMode: 'SOFT_FAILURE_TOLERANCE' },
      retainStack: false,
      timeouts: { create: TIMEOUT, update: TIMEOUT, delete: TIMEOUT },
    });
  }

  private organizationalUnits(): [id: string, unit: string][] {
    const { organizationalUnits } = this.config.scope;
    if (organizationalUnits !== undefined)
      return organizationalUnits.map((unit) => [`instances-${unit}`, unit]);
    const organization = new DataAwsOrganizationsOrganization(this, 'organization', {});
    return [['instances-root', organization.roots.get(0).id]];
  }

  /**
   * A service-managed StackSet never deploys to the management account.
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
   */
  private managementAccountRole(): void {
    makeRole(this, 'management-account-role', rotationRole(this.config, this.config.deployment.account));
  }

  private callAs(): string {
    return this.config.deployment.delegatedAdministrator ? 'DELEGATED_ADMIN' : 'SELF';
  }
}

/** CloudFormation's placeholders look like Terraform's; a doubled dollar sign reaches CloudFormation. */
function escapeInterpolation(template: string): string {
  return template.replaceAll('${', () => '$${');
}
