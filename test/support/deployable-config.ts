import { type DeploymentInput, deploymentSchema } from '../../src/config/deployment-schema.ts';
import { type ConfigInput, configSchema } from '../../src/config/schema.ts';
import type { AccountsLock } from '../../src/config/accounts-lock.ts';
import { updateAccountsLock } from '../../src/config/accounts-lock.ts';
import type { DeployableConfig } from '../../src/deployment/names.ts';

export const CENTRAL_ACCOUNT = '111111111111';
export const ORGANIZATION = 'o-exampleorgid';

interface Settings {
  readonly config?: Partial<ConfigInput>;
  readonly deployment?: Partial<DeploymentInput>;
}

/** A configuration that can be deployed, with defaults. */
export function deployableConfig({ config = {}, deployment = {} }: Settings = {}): DeployableConfig {
  return {
    ...configSchema.parse({ defaults: { groups: ['Developers', 'Administrators'] }, ...config }),
    deployment: deploymentSchema.parse({
      account: CENTRAL_ACCOUNT,
      organizationId: ORGANIZATION,
      region: 'eu-central-1',
      ...deployment,
    }),
  };
}

/** A reviewed list of accounts. */
export function lockOf(count: number): AccountsLock {
  const accounts = Array.from({ length: count }, (_, index) => ({
    id: String(200_000_000_000 + index),
    name: `account ${index}`,
  }));
  return updateAccountsLock(undefined, ORGANIZATION, accounts, false);
}
