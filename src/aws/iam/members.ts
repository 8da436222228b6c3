import { paginateGetGroup, type IAMClient, type User } from '@aws-sdk/client-iam';

import { invalidResponse } from '../calling.ts';
import { byMarker, completeList } from '../complete-list.ts';
import { isNoSuchEntity } from './no-such-entity.ts';
import type { IamUser } from './user.ts';

/** undefined: the account has no group of that name, which is not a failure. */
export type GroupMembers = readonly IamUser[] | undefined;

const CALL = 'iam:GetGroup';

/** The maximum: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
const PAGE_SIZE = 1000;

/** @throws CallFailedError when a page fails or has a user without name, ID or ARN */
export async function groupMembers(
  iam: IAMClient,
  groupName: string,
  signal: AbortSignal,
): Promise<GroupMembers> {
  const paging = { client: iam, pageSize: PAGE_SIZE };
  const pages = paginateGetGroup(paging, { GroupName: groupName }, { abortSignal: signal });
  const members: IamUser[] = [];
  try {
    for await (const page of completeList(CALL, pages, byMarker)) {
      if (!page.Users)
        throw invalidResponse(CALL, 'IncompleteAnswer', `a page for group ${groupName} has no list of users`);
      members.push(...page.Users.map(groupMember));
    }
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined;
    throw error;
  }
  return members;
}

function groupMember({ UserName: userName, UserId: userId, Arn: arn }: User): IamUser {
  if (!userName || !userId || !arn)
    throw invalidResponse(CALL, 'IncompleteAnswer', 'a member has no name, ID or ARN');
  return { userName, userId, arn };
}
