import {
  GetLoginProfileCommand,
  paginateListAttachedUserPolicies,
  paginateListUserTags,
  type IAMClient,
} from '@aws-sdk/client-iam';

import { calling, invalidResponse } from '../calling.ts';
import { byMarker, completeList } from '../complete-list.ts';
import { isNoSuchEntity } from './no-such-entity.ts';

/** @throws CallFailedError */
export async function userTags(
  iam: IAMClient,
  userName: string,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const call = 'iam:ListUserTags';
  const pages = paginateListUserTags({ client: iam }, { UserName: userName }, { abortSignal: signal });
  const tags = new Map<string, string>();
  for await (const page of completeList(call, pages, byMarker)) {
    if (!page.Tags)
      throw invalidResponse(call, 'IncompleteAnswer', `a page for ${userName} has no list of tags`);
    for (const { Key: key, Value: value } of page.Tags) {
      if (key === undefined || value === undefined)
        throw invalidResponse(call, 'IncompleteAnswer', `a tag of ${userName} has no key or value`);
      tags.set(key, value);
    }
  }
  return tags;
}

/** @returns ARNs of the managed policies of a user @throws CallFailedError */
export async function attachedPolicies(
  iam: IAMClient,
  userName: string,
  signal: AbortSignal,
): Promise<string[]> {
  const call = 'iam:ListAttachedUserPolicies';
  const input = { UserName: userName };
  const pages = paginateListAttachedUserPolicies({ client: iam }, input, { abortSignal: signal });
  const arns: string[] = [];
  for await (const { AttachedPolicies: page } of completeList(call, pages, byMarker)) {
    if (!page)
      throw invalidResponse(call, 'IncompleteAnswer', `a page for ${userName} has no list of policies`);
    for (const { PolicyArn: arn } of page) {
      if (!arn) throw invalidResponse(call, 'IncompleteAnswer', `a policy of ${userName} has no ARN`);
      arns.push(arn);
    }
  }
  return arns;
}

/**
 * Whether a user has a console password. IAM returns NoSuchEntity also for a user that no longer exists, who
 * has no keys left to decide on.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
 * @throws CallFailedError
 */
export async function hasConsoleAccess(
  iam: IAMClient,
  userName: string,
  signal: AbortSignal,
): Promise<boolean> {
  const call = 'iam:GetLoginProfile';
  const command = new GetLoginProfileCommand({ UserName: userName });
  try {
    const { LoginProfile: profile } = await calling(call, iam.send(command, { abortSignal: signal }));
    if (profile?.UserName?.toLowerCase() !== userName.toLowerCase())
      throw invalidResponse(call, 'IncompleteAnswer', `the response for ${userName} has no login profile`);
    return true;
  } catch (error) {
    if (isNoSuchEntity(error)) return false;
    throw error;
  }
}
