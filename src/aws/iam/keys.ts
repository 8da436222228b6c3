import {
  GetAccessKeyLastUsedCommand,
  paginateListAccessKeys,
  type AccessKeyMetadata,
  type IAMClient,
} from '@aws-sdk/client-iam';

import { calling, invalidResponse } from '../calling.ts';
import { byMarker, completeList } from '../complete-list.ts';
import { isNoSuchEntity } from './no-such-entity.ts';
import type { AccessKey } from './user.ts';

const LIST = 'iam:ListAccessKeys';

/**
 * Reads every page: concurrent creates get past the quota of two keys.
 * @param userName never empty: IAM would then return the caller's own keys
 * @returns undefined when the account has no user of that name; a renamed user may still have keys
 * @throws CallFailedError when a page fails, or has a key twice, without ID, status or date, or of another
 *   user
 */
export async function accessKeys(
  iam: IAMClient,
  userName: string,
  signal: AbortSignal,
): Promise<AccessKey[] | undefined> {
  if (!userName) throw invalidResponse(LIST, 'NoUserName', 'no user name to list keys of');
  try {
    return await listAccessKeys(iam, userName, signal);
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined;
    throw error;
  }
}

async function listAccessKeys(iam: IAMClient, userName: string, signal: AbortSignal): Promise<AccessKey[]> {
  const pages = paginateListAccessKeys({ client: iam }, { UserName: userName }, { abortSignal: signal });
  const keys: AccessKey[] = [];
  for await (const page of completeList(LIST, pages, byMarker)) {
    if (!page.AccessKeyMetadata)
      throw invalidResponse(LIST, 'IncompleteAnswer', `a page for ${userName} has no list of keys`);
    keys.push(...page.AccessKeyMetadata.map((metadata) => accessKey(metadata, userName)));
  }
  if (new Set(keys.map(({ accessKeyId }) => accessKeyId)).size < keys.length)
    throw invalidResponse(LIST, 'KeyListedTwice', `a key of ${userName} is listed twice`);
  return keys;
}

function accessKey(metadata: AccessKeyMetadata, userName: string): AccessKey {
  const { AccessKeyId: accessKeyId, Status: status, CreateDate: createDate, UserName: owner } = metadata;
  if (!accessKeyId || !status || !createDate)
    throw invalidResponse(LIST, 'IncompleteAnswer', `a key of ${userName} has no ID, status or date`);
  if (owner?.toLowerCase() === userName.toLowerCase()) return { accessKeyId, status, createDate };
  const message = `the list of ${userName}'s keys has one of ${owner ?? 'no user'}`;
  throw invalidResponse(LIST, 'WrongUser', message);
}

/** @returns undefined for a key that was never used @throws CallFailedError */
export async function keyLastUsed(
  iam: IAMClient,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<Date | undefined> {
  const call = 'iam:GetAccessKeyLastUsed';
  const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId });
  const { AccessKeyLastUsed: lastUsed } = await calling(call, iam.send(command, { abortSignal: signal }));
  if (!lastUsed)
    throw invalidResponse(call, 'IncompleteAnswer', `the response for ${accessKeyId} has no last use`);
  return lastUsed.LastUsedDate;
}
