import {
  GetAccountSummaryCommand,
  ListServiceSpecificCredentialsCommand,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
  paginateListUsers,
  type IAMClient,
  type ListServiceSpecificCredentialsResponse,
} from '@aws-sdk/client-iam';

import { calling, invalidResponse } from '../calling.ts';
import { byMarker, completeList } from '../complete-list.ts';
import { iamUser } from './members.ts';
import type { IamUser } from './user.ts';

/** The maximum: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
const PAGE_SIZE = 1000;

/** Every IAM user of an account. @throws CallFailedError */
export async function allUsers(iam: IAMClient, accountId: string, signal: AbortSignal): Promise<IamUser[]> {
  const call = 'iam:ListUsers';
  const pages = paginateListUsers({ client: iam, pageSize: PAGE_SIZE }, {}, { abortSignal: signal });
  const users: IamUser[] = [];
  for await (const { Users: page } of completeList(call, pages, byMarker)) {
    if (!page) throw invalidResponse(call, 'IncompleteAnswer', 'a page has no list of users');
    users.push(...page.map((user) => iamUser(call, user)));
  }
  const other = users.find(({ arn }) => arn.split(':')[4] !== accountId);
  if (other)
    throw invalidResponse(call, 'WrongAccount', `asked for users of ${accountId}, AWS sent ${other.arn}`);
  if (new Set(users.map(({ userId }) => userId)).size < users.length)
    throw invalidResponse(call, 'UserListedTwice', 'a user is listed twice');
  return users;
}

/** Access keys of the root user. No call lists them. @throws CallFailedError */
export async function countRootKeys(iam: IAMClient, signal: AbortSignal): Promise<number> {
  const call = 'iam:GetAccountSummary';
  const answer = await calling(call, iam.send(new GetAccountSummaryCommand({}), { abortSignal: signal }));
  const count = answer.SummaryMap?.AccountAccessKeysPresent;
  if (count === undefined)
    throw invalidResponse(call, 'IncompleteAnswer', 'the response has no AccountAccessKeysPresent');
  return count;
}

/** Neither an access key nor a password. */
export interface Credential {
  readonly userName: string;
  readonly kind: 'service-specific' | 'ssh-key' | 'signing-certificate';
  readonly id: string;
  readonly status: string;
  readonly createDate: Date;
  /** Such as `codecommit.amazonaws.com`. */
  readonly service?: string;
}

/**
 * Three calls a user: that AWS lists the credentials of all users at once is documented for one service only.
 * @throws CallFailedError
 */
export async function otherCredentials(
  iam: IAMClient,
  userName: string,
  signal: AbortSignal,
): Promise<Credential[]> {
  const [client, input, options] = [
    { client: iam },
    { UserName: userName },
    { abortSignal: signal },
  ] as const;
  const lists = [
    listed('service-specific', 'iam:ListServiceSpecificCredentials', serviceSpecific(iam, userName, signal)),
    listed('ssh-key', 'iam:ListSSHPublicKeys', paginateListSSHPublicKeys(client, input, options)),
    listed(
      'signing-certificate',
      'iam:ListSigningCertificates',
      paginateListSigningCertificates(client, input, options),
    ),
  ];
  const found: Credential[] = [];
  for (const list of lists) for await (const one of list) found.push(credential(userName, one));
  return found;
}

/** The SDK has no paginator for it. */
async function* serviceSpecific(
  iam: IAMClient,
  userName: string,
  signal: AbortSignal,
): AsyncGenerator<ListServiceSpecificCredentialsResponse> {
  let Marker: string | undefined;
  do {
    const command = new ListServiceSpecificCredentialsCommand({ UserName: userName, Marker });
    const page: ListServiceSpecificCredentialsResponse = await iam.send(command, { abortSignal: signal });
    yield page;
    Marker = page.Marker;
  } while (Marker);
}

/** The three lists name alike things differently. */
interface Listed {
  readonly kind: Credential['kind'];
  readonly call: string;
  readonly ServiceSpecificCredentialId?: string | undefined;
  readonly SSHPublicKeyId?: string | undefined;
  readonly CertificateId?: string | undefined;
  readonly UserName?: string | undefined;
  readonly Status?: string | undefined;
  readonly CreateDate?: Date | undefined;
  readonly UploadDate?: Date | undefined;
  readonly ServiceName?: string | undefined;
}

interface ListedPage extends Pick<ListServiceSpecificCredentialsResponse, 'Marker' | 'IsTruncated'> {
  readonly ServiceSpecificCredentials?: Omit<Listed, 'kind' | 'call'>[] | undefined;
  readonly SSHPublicKeys?: Omit<Listed, 'kind' | 'call'>[] | undefined;
  readonly Certificates?: Omit<Listed, 'kind' | 'call'>[] | undefined;
}

async function* listed(
  kind: Credential['kind'],
  call: string,
  pages: AsyncIterable<ListedPage>,
): AsyncGenerator<Listed> {
  for await (const page of completeList(call, pages, byMarker)) {
    const list = page.ServiceSpecificCredentials ?? page.SSHPublicKeys ?? page.Certificates;
    if (!list) throw invalidResponse(call, 'IncompleteAnswer', 'a page has no list');
    for (const one of list) yield { ...one, kind, call };
  }
}

function credential(userName: string, { kind, call, ...one }: Listed): Credential {
  const id = one.ServiceSpecificCredentialId ?? one.SSHPublicKeyId ?? one.CertificateId;
  const [status, createDate, service] = [one.Status, one.CreateDate ?? one.UploadDate, one.ServiceName];
  if (one.UserName?.toLowerCase() !== userName.toLowerCase())
    throw invalidResponse(
      call,
      'WrongUser',
      `the list of ${userName} has one of ${one.UserName ?? 'no user'}`,
    );
  if (!id || !status || !createDate)
    throw invalidResponse(call, 'IncompleteAnswer', `one of ${userName} has no ID, status or date`);
  return { userName, kind, id, status, createDate, ...(service && { service }) };
}
