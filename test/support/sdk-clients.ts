import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import { ACCESS_ROLE } from '../../sandbox/organization/organization.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Real clients of the sandbox, by default as its administrator. They try once, so that every error shows. */
export function clientsOf(
  sandbox: Sandbox,
  credentials: KeyPair = sandbox.credentials,
  region = sandbox.region,
) {
  const handler = new NodeHttpHandler({ requestTimeout: 2_000, throwOnRequestTimeout: true });
  const settings = { endpoint: sandbox.url, region, credentials, maxAttempts: 1, requestHandler: handler };
  return {
    iam: new IAMClient(settings),
    sts: new STSClient(settings),
    organizations: new OrganizationsClient(settings),
    tagging: new ResourceGroupsTaggingAPIClient(settings),
    s3: new S3Client(settings),
  };
}

export function roleArn(sandbox: Sandbox, account: SandboxAccount, roleName: string): string {
  return `arn:${sandbox.organization.partition}:iam::${account.id}:role/${roleName}`;
}

/** Credentials of a session in the account, by default of OrganizationAccountAccessRole. */
export async function assume(
  sandbox: Sandbox,
  account: SandboxAccount,
  roleName = ACCESS_ROLE,
  more: Partial<AssumeRoleCommandInput> = {},
  as: KeyPair = sandbox.credentials,
): Promise<KeyPair> {
  const RoleArn = roleArn(sandbox, account, roleName);
  const answer = await clientsOf(sandbox, as).sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test-session', ...more }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** The error of a call. */
export async function errorOf(
  answer: Promise<unknown>,
): Promise<{ code: string; status: number | undefined; message: string }> {
  try {
    await answer;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { code: name, status: $metadata?.httpStatusCode, message };
  }
  throw new Error('the call was answered');
}
