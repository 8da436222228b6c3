import {
  GetAccessKeyLastUsedCommand,
  paginateListAccessKeys,
  type AccessKeyMetadata,
  type IAMClient,
} from '@aws-sdk/client-iam';

import { calling, invalidResponse } from '../calling.ts';
import { completeList } from '../complete-list.ts';
import { isNoSuchEntity } from './no-such-entity.ts';
import type { AccessKey } from './user.ts';

const LIST = 'iam:ListAccessKeys';

/**
 * All access keys of one user. Two is only a quota that concurrent creates get past, so every page is read.
 * @param userName never empty: without it IAM would answer for the caller itself
 * @returns undefined: the account has no user of that name; one who was renamed has keys all the same
 * @throws CallFailedError when a page fails, or names a key twice, without id, status or date, or of another user
 */
export async function accessKeys(
  iam: IAMClient,
  userName: string,
  signal: AbortSignal,
): Promise<AccessKey[] | undefined> {
  if (!userName) throw invalidResponse(LIST, 'NoUserName', 'asked for the keys of a user without a name');
  try {
    return await everyAccessKey(iam, userName, signal);
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined;
    throw error;
  }
}

async function everyAccessKey(iam: IAMClient, userName: string, signal: AbortSignal): Promise<AccessKey[]> {
  const pages = paginateListAccessKeys({ client: iam }, { UserName: userName }, { abortSignal: signal });
  const keys: AccessKey[] = [];
  for await (const page of completeList(LIST, pages, (answer) => ({
    token: answer.Marker,
    truncated: answer.IsTruncated,
  }))) {
    if (!page.AccessKeyMetadata)
      throw invalidResponse(LIST, 'IncompleteAnswer', `a page of ${userName} holds no list of keys`);
    keys.push(...page.AccessKeyMetadata.map((metadata) => accessKey(metadata, userName)));
  }
  if (new Set(keys.map(({ accessKeyId }) => accessKeyId)).size < keys.length)
    throw invalidResponse(LIST, 'KeyListedTwice', `one key of ${userName} is listed twice`);
  return keys;
}

function accessKey(metadata: AccessKeyMetadata, askedFor: string): AccessKey {
  const { AccessKeyId: accessKeyId, Status: status, CreateDate: createDate, UserName: owner } = metadata;
  if (!accessKeyId || !status || !createDate) {
    throw invalidResponse(LIST, 'IncompleteAnswer', `a key of ${askedFor} has no id, status or date`);
  }
  if (owner?.toLowerCase() !== askedFor.toLowerCase()) {
    throw invalidResponse(
      LIST,
      'WrongUser',
      `asked for the keys of ${askedFor} and got one of ${owner ?? 'nobody'}`,
    );
  }
  return { accessKeyId, status, createDate };
}

/**
 * When a key was last used; undefined when never.
 * @throws CallFailedError
 */
export async function keyLastUsed(
  iam: IAMClient,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<Date | undefined> {
  const call = 'iam:GetAccessKeyLastUsed';
  const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId });
  const { AccessKeyLastUsed: lastUsed } = await calling(call, iam.send(command, { abortSignal: signal }));
  if (!lastUsed)
    throw invalidResponse(call, 'IncompleteAnswer', `no last use in the answer for ${accessKeyId}`);
  return lastUsed.LastUsedDate;
}
