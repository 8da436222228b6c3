import {
  GetAccessKeyLastUsedCommand,
  paginateListAccessKeys,
  type AccessKeyMetadata,
  type IAMClient,
} from '@aws-sdk/client-iam';

import { calling, failureOf, invalidResponse } from '../calling.ts';
import { byMarker, completeList } from '../complete-list.ts';
import { isNoSuchEntity, listOrAbsent } from './no-such-entity.ts';
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
  const pages = paginateListAccessKeys({ client: iam }, { UserName: userName }, { abortSignal: signal });
  const keys = await listOrAbsent(completeList(LIST, pages, byMarker), ({ AccessKeyMetadata: page }) => {
    if (!page) throw invalidResponse(LIST, 'IncompleteAnswer', `a page for ${userName} has no list of keys`);
    return page.map((metadata) => accessKey(metadata, userName));
  });
  if (keys && new Set(keys.map(({ accessKeyId }) => accessKeyId)).size < keys.length)
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

export interface KeyUse {
  /** The name that the key's user has now. */
  readonly owner: string;
  /** Undefined for a key that was never used. */
  readonly lastUsed: Date | undefined;
  /** As in `s3` and `eu-central-1`; undefined for a key that was never used. */
  readonly service: string | undefined;
  readonly region: string | undefined;
}

const USE = 'iam:GetAccessKeyLastUsed';

/** @throws CallFailedError */
export async function keyUse(iam: IAMClient, accessKeyId: string, signal: AbortSignal): Promise<KeyUse> {
  const { owner, ...use } = await useOfAnyKey(iam, accessKeyId, signal);
  if (owner !== undefined) return { ...use, owner };
  throw invalidResponse(USE, 'IncompleteAnswer', `the response for ${accessKeyId} has no last use or user`);
}

/** @returns without an owner for a key of the root user @throws CallFailedError */
async function useOfAnyKey(
  iam: IAMClient,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<Partial<Pick<KeyUse, 'owner'>> & Omit<KeyUse, 'owner'>> {
  const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId });
  const answer = await calling(USE, iam.send(command, { abortSignal: signal }));
  const { AccessKeyLastUsed: lastUsed, UserName: owner } = answer;
  if (!lastUsed)
    throw invalidResponse(USE, 'IncompleteAnswer', `the response for ${accessKeyId} has no last use or user`);
  const { LastUsedDate, ServiceName, Region } = lastUsed;
  const known = (text: string | undefined) => (text === NEVER_USED ? undefined : text);
  return {
    ...(owner && { owner }),
    lastUsed: LastUsedDate,
    service: known(ServiceName),
    region: known(Region),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html */
const NEVER_USED = 'N/A';

/**
 * The same for a key that may be gone, or of the root user.
 * @throws CallFailedError
 */
export async function findKeyUse(
  iam: IAMClient,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<KeyUse | 'root' | 'gone'> {
  try {
    const { owner, ...use } = await useOfAnyKey(iam, accessKeyId, signal);
    return owner === undefined || owner === ROOT ? 'root' : { ...use, owner };
  } catch (error) {
    if (isNoSuchEntity(error) || isNoKeyHere(error)) return 'gone';
    throw error;
  }
}

/** As in credential reports: no name of a user has these brackets. */
const ROOT = '<root_account>';

/**
 * @returns the name that the key's user has now; undefined when the account has no such key
 * @throws CallFailedError
 */
export async function keyOwner(
  iam: IAMClient,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await keyUse(iam, accessKeyId, signal)).owner;
  } catch (error) {
    if (isNoSuchEntity(error) || isNoKeyHere(error)) return undefined;
    throw error;
  }
}

/** Of a key that does not exist here, IAM says that it may not be read, and names no user. */
function isNoKeyHere(error: unknown): boolean {
  const { kind, message } = failureOf(USE, error);
  return kind === 'denied' && /on resource: access key/.test(message) && !/explicit deny/.test(message);
}
