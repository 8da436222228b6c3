import { setTimeout as wait } from 'node:timers/promises';

import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  DescribeCreateAccountStatusCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

/** Fills an emulator through the real SDK clients, call by call, as a person would fill AWS. */

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Endpoint {
  readonly url: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/** Plain clients, made apart from keysweep's own, so that a test sees with other eyes. */
export interface PlainClients {
  readonly organizations: OrganizationsClient;
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly s3: S3Client;
}

export function plainClients({ url, region, credentials }: Endpoint): PlainClients {
  const options = { endpoint: url, region, credentials, maxAttempts: 1 };
  return {
    organizations: new OrganizationsClient(options),
    sts: new STSClient(options),
    iam: new IAMClient(options),
    s3: new S3Client(options),
  };
}

/** The key of the ledger stack, with its alias. */
export async function createSigningKey(
  { url, region, credentials }: Endpoint,
  AliasName: string,
): Promise<void> {
  const kms = new KMSClient({ endpoint: url, region, credentials });
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
  );
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }));
}

/**
 * Clients in a role of an account; by default the one that Organizations makes in every account it creates.
 */
export async function enter(
  endpoint: Endpoint,
  accountId: string,
  roleName = 'OrganizationAccountAccessRole',
): Promise<PlainClients> {
  const command = new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${accountId}:role/${roleName}`,
    RoleSessionName: 'seeding',
  });
  const session = present((await plainClients(endpoint).sts.send(command)).Credentials);
  const credentials = {
    accessKeyId: present(session.AccessKeyId),
    secretAccessKey: present(session.SecretAccessKey),
    sessionToken: present(session.SessionToken),
  };
  return plainClients({ ...endpoint, credentials });
}

/** The value; an emulator that leaves it out fails the test here. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the answer lacks a value');
  return value;
}

export async function rootOf(organizations: OrganizationsClient): Promise<string> {
  return present((await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id);
}

export async function createUnit(
  organizations: OrganizationsClient,
  parent: string,
  name: string,
): Promise<string> {
  const command = new CreateOrganizationalUnitCommand({ ParentId: parent, Name: name });
  return present((await organizations.send(command)).OrganizationalUnit?.Id);
}

export interface AccountToCreate {
  readonly name: string;
  readonly root: string;
  /** An OU; the root unless given. */
  readonly parent?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Creates an account, waits until it stands, and moves it to its OU. @returns its id */
export async function createAccount(
  organizations: OrganizationsClient,
  { name, root, parent = root, tags = {} }: AccountToCreate,
): Promise<string> {
  const created = await organizations.send(
    new CreateAccountCommand({
      AccountName: name,
      Email: `${name}@example.com`,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const accountId = await whenCreated(organizations, present(created.CreateAccountStatus?.Id));
  if (parent !== root)
    await organizations.send(
      new MoveAccountCommand({ AccountId: accountId, SourceParentId: root, DestinationParentId: parent }),
    );
  return accountId;
}

async function whenCreated(organizations: OrganizationsClient, requestId: string): Promise<string> {
  for (;;) {
    const command = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: requestId });
    const { CreateAccountStatus: status } = await organizations.send(command);
    if (status?.State === 'SUCCEEDED') return present(status.AccountId);
    if (status?.State === 'FAILED') throw new Error(`no account: ${String(status.FailureReason)}`);
    await wait(50);
  }
}

export interface UserToCreate {
  readonly userName: string;
  /** These must exist. */
  readonly groups?: readonly string[];
  /** One key each. */
  readonly keys?: readonly ('Active' | 'Inactive')[];
  readonly console?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** @returns the ids of the keys, in order */
export async function createUser(
  iam: IAMClient,
  { userName: UserName, groups = [], keys = [], console = false, tags = {} }: UserToCreate,
): Promise<string[]> {
  await iam.send(new CreateUserCommand({ UserName }));
  for (const GroupName of groups) await iam.send(new AddUserToGroupCommand({ GroupName, UserName }));
  if (console)
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Correct-horse-battery-1' }));
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length > 0) await iam.send(new TagUserCommand({ UserName, Tags }));
  const ids: string[] = [];
  for (const Status of keys) {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const AccessKeyId = present(AccessKey?.AccessKeyId);
    if (Status === 'Inactive') await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
    ids.push(AccessKeyId);
  }
  return ids;
}

export async function createGroups(iam: IAMClient, ...names: readonly string[]): Promise<void> {
  for (const GroupName of names) await iam.send(new CreateGroupCommand({ GroupName }));
}

export interface RoleToCreate {
  readonly roleName: string;
  /** The account whose principals may assume it. */
  readonly trusts: string;
  readonly externalId?: string;
  readonly actions: readonly string[];
}

export async function createRole(
  iam: IAMClient,
  { roleName, trusts, externalId, actions }: RoleToCreate,
): Promise<void> {
  const trust = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: `arn:aws:iam::${trusts}:root` },
    ...(externalId && { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
  };
  await iam.send(
    new CreateRoleCommand({
      RoleName: roleName,
      AssumeRolePolicyDocument: policy(trust),
      MaxSessionDuration: 3600,
    }),
  );
  const allow = { Effect: 'Allow', Action: actions, Resource: '*' };
  await iam.send(
    new PutRolePolicyCommand({ RoleName: roleName, PolicyName: 'rotation', PolicyDocument: policy(allow) }),
  );
}

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
