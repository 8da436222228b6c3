import { type IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { CreateOrganizationCommand } from '@aws-sdk/client-organizations';
import type { DeployableConfig } from '../../src/deployment/names.ts';
import type { Moto } from '../emulators/moto.ts';
import {
  createAccount,
  createGroups,
  createUnit,
  createUser,
  type Endpoint,
  enter,
  plainClients,
  present,
  rootOf,
} from '../emulators/seeding.ts';
import { deployableConfig } from '../support/deployable-config.ts';

export const REGION = 'us-east-1';

export interface MotoOrganization {
  readonly config: DeployableConfig;
  /** In the swept OU. */
  readonly members: readonly string[];
  /** Outside that OU. */
  readonly outsider: string;
}

/** Two accounts in an OU and one outside, each with a user and a key. */
export async function seedOrganization(moto: Moto): Promise<MotoOrganization> {
  const { organizations } = plainClients(endpointOf(moto));
  const { Organization: made } = await organizations.send(
    new CreateOrganizationCommand({ FeatureSet: 'ALL' }),
  );
  const root = await rootOf(organizations);
  const unit = await createUnit(organizations, root, 'Workloads');
  const first = await createAccount(organizations, { name: 'first', root, parent: unit });
  const second = await createAccount(organizations, { name: 'second', root, parent: unit });
  const outsider = await createAccount(organizations, { name: 'outsider', root });
  const config = deployableConfig({
    config: {
      scope: { organizationalUnits: [unit], managementAccount: true },
      defaults: { armed: true, groups: ['Developers'] },
    },
    deployment: {
      account: present(made?.MasterAccountId),
      organizationId: present(made?.Id),
      region: REGION,
    },
  });
  for (const account of [first, second, outsider, config.deployment.account]) {
    const iam = await iamIn(moto, account, config);
    await createGroups(iam, 'Developers');
    await createUser(iam, { userName: 'ada', groups: ['Developers'], keys: ['Active'], console: true });
  }
  return { config, members: [first, second], outsider };
}

export function endpointOf({ url }: Moto): Endpoint {
  return { url, region: REGION, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } };
}

/** IAM of an account, without keysweep's code. */
export async function iamIn(
  moto: Moto,
  account: string,
  { deployment }: DeployableConfig,
): Promise<IAMClient> {
  if (account === deployment.account) return plainClients(endpointOf(moto)).iam;
  return (await enter(endpointOf(moto), account)).iam;
}

export async function keyStatus(
  moto: Moto,
  account: string,
  config: DeployableConfig,
): Promise<(string | undefined)[]> {
  const iam = await iamIn(moto, account, config);
  const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName: 'ada' }));
  return keys.map(({ Status }) => Status);
}

export function accountsJson({ scope, deployment, defaults: { armed, groups } }: DeployableConfig): string {
  return JSON.stringify({ scope, deployment, defaults: { armed, groups } });
}
