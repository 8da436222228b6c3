import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { LockedAccount } from '../src/config/accounts-lock.ts';
import type { DeployableConfig } from '../src/deployment/names.ts';
import { rotationRole } from './member-role.ts';
import { centralProvider, memberProvider } from './provider.ts';
import { makeRole } from './role.ts';
import { directStackName } from './stack-names.ts';
import { configureBackend } from './state.ts';

/** The rotation role in up to ten accounts of the lock file, deployed by Terraform itself. */
export class DirectMemberRolesStack extends TerraformStack {
  constructor(
    scope: Construct,
    config: DeployableConfig,
    number: number,
    accounts: readonly LockedAccount[],
  ) {
    const { deployment } = config;
    super(scope, directStackName(config, number));
    centralProvider(this, deployment);
    configureBackend(this, deployment);
    for (const { id, removed } of accounts) {
      // A removed account keeps its provider: Terraform needs it to destroy the role.
      const provider = id === deployment.account ? undefined : memberProvider(this, deployment, id);
      if (removed) continue;
      makeRole(this, `role-${id}`, { ...rotationRole(config, id), ...(provider && { provider }) });
    }
  }
}
