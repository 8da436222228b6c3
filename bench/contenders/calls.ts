import {
  DeleteAccessKeyCommand,
  GetGroupCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  NoSuchEntityException,
  UpdateAccessKeyCommand,
  type IAMClientConfig,
} from '@aws-sdk/client-iam';
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';

import { EXEMPT_TAG, GROUPS } from '../setting.ts';

/** The calls as one writes them with the SDK alone: no check, no ledger, no limit. */

/** Ids of the active accounts, without the management account. */
export async function activeMembers(): Promise<string[]> {
  const client = new OrganizationsClient({ maxAttempts: 10 });
  const { Organization: organization } = await client.send(new DescribeOrganizationCommand({}));
  const ids: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListAccountsCommand({ NextToken, MaxResults: 20 }));
    const active = (page.Accounts ?? []).filter(({ State }) => State === 'ACTIVE');
    ids.push(...active.map(({ Id = '' }) => Id));
    NextToken = page.NextToken;
  } while (NextToken);
  return ids.filter((id) => id !== organization?.MasterAccountId);
}

/** A client in a session of the rotation role. */
export async function enter(sts: STSClient, account: string, config: IAMClientConfig): Promise<IAMClient> {
  return new IAMClient({ ...config, credentials: await sessionIn(sts, account) });
}

/** The credentials of a session of the rotation role. */
export async function sessionIn(sts: STSClient, account: string) {
  const { Credentials: session } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account}:role/KeysweepRotation`,
      RoleSessionName: 'benchmark',
      DurationSeconds: 900,
    }),
  );
  return {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  };
}

/** Names of the members of the groups, each once; not every account has both groups. */
export async function members(iam: IAMClient): Promise<string[]> {
  const groups = await Promise.all(GROUPS.map((name) => membersOf(iam, name)));
  return [...new Set(groups.flat())];
}

async function membersOf(iam: IAMClient, GroupName: string): Promise<string[]> {
  try {
    const { Users = [] } = await iam.send(new GetGroupCommand({ GroupName, MaxItems: 1000 }));
    return Users.map(({ UserName = '' }) => UserName);
  } catch (error) {
    if (error instanceof NoSuchEntityException) return [];
    throw error;
  }
}

export interface Key {
  readonly UserName: string;
  readonly AccessKeyId: string;
  readonly active: boolean;
}

export async function keysOf(iam: IAMClient, UserName: string): Promise<Key[]> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  return AccessKeyMetadata.map(({ AccessKeyId = '', Status }) => ({
    UserName,
    AccessKeyId,
    active: Status === 'Active',
  }));
}

export async function isExempt(iam: IAMClient, UserName: string): Promise<boolean> {
  const { Tags = [] } = await iam.send(new ListUserTagsCommand({ UserName }));
  return Tags.some(({ Key, Value }) => Key === EXEMPT_TAG.key && Value === EXEMPT_TAG.value);
}

export async function deactivate(iam: IAMClient, { UserName, AccessKeyId }: Key): Promise<void> {
  await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
}

export async function remove(iam: IAMClient, { UserName, AccessKeyId }: Key): Promise<void> {
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
}
