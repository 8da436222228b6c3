import {
  GetAccountSummaryCommand,
  ListServiceSpecificCredentialsCommand,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
  paginateListUsers,
  type IAMClient,
  type ListServiceSpecificCredentialsResponse,
  type ListSigningCertificatesResponse,
  type ListSSHPublicKeysResponse,
  type ServiceSpecificCredentialMetadata,
  type SigningCertificate,
  type SSHPublicKeyMetadata,
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
  const paging = { client: iam };
  const input = { UserName: userName };
  const options = { abortSignal: signal };
  return [
    ...(await credentials('service-specific', userName, serviceSpecific(iam, userName, signal))),
    ...(await credentials('ssh-key', userName, paginateListSSHPublicKeys(paging, input, options))),
    ...(await credentials(
      'signing-certificate',
      userName,
      paginateListSigningCertificates(paging, input, options),
    )),
  ];
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

const CALLS = {
  'service-specific': 'iam:ListServiceSpecificCredentials',
  'ssh-key': 'iam:ListSSHPublicKeys',
  'signing-certificate': 'iam:ListSigningCertificates',
} as const satisfies Record<Credential['kind'], string>;

/** The three lists name alike things differently. */
type Page = Partial<
  ListServiceSpecificCredentialsResponse & ListSSHPublicKeysResponse & ListSigningCertificatesResponse
>;
type Listed = Partial<ServiceSpecificCredentialMetadata & SSHPublicKeyMetadata & SigningCertificate>;

async function credentials(
  kind: Credential['kind'],
  userName: string,
  pages: AsyncIterable<Page>,
): Promise<Credential[]> {
  const found: Credential[] = [];
  for await (const page of completeList(CALLS[kind], pages, byMarker)) {
    const list = page.ServiceSpecificCredentials ?? page.SSHPublicKeys ?? page.Certificates;
    if (!list) throw invalidResponse(CALLS[kind], 'IncompleteAnswer', 'a page has no list');
    found.push(...list.map((listed) => credential(kind, userName, listed)));
  }
  if (new Set(found.map(({ id }) => id)).size < found.length)
    throw invalidResponse(CALLS[kind], 'CredentialListedTwice', `one of ${userName} is listed twice`);
  return found;
}

function credential(kind: Credential['kind'], userName: string, listed: Listed): Credential {
  const id = listed.ServiceSpecificCredentialId ?? listed.SSHPublicKeyId ?? listed.CertificateId;
  const { UserName: owner = 'no user', Status: status, ServiceName: service } = listed;
  const createDate = listed.CreateDate ?? listed.UploadDate;
  if (owner.toLowerCase() !== userName.toLowerCase())
    throw invalidResponse(CALLS[kind], 'WrongUser', `the list of ${userName} has one of ${owner}`);
  if (!id || !status || !createDate)
    throw invalidResponse(CALLS[kind], 'IncompleteAnswer', `one of ${userName} has no ID, status or date`);
  return { userName, kind, id, status, createDate, ...(service && { service }) };
}
