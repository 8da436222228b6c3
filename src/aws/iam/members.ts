import { paginateGetGroup, type IAMClient, type User } from '@aws-sdk/client-iam';

import { invalidResponse } from '../calling.ts';
import { completeList } from '../complete-list.ts';
import { isNoSuchEntity } from './no-such-entity.ts';
import type { IamUser } from './user.ts';

/** undefined: the account has no group of that name, which is an answer and not a failure. */
export type GroupMembers = readonly IamUser[] | undefined;

const CALL = 'iam:GetGroup';

/** The most that one page takes: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
const PAGE_SIZE = 1000;

/**
 * All members of one group, every page.
 * @throws CallFailedError when a page fails or names a user without name, id or ARN
 */
export async function groupMembers(
  iam: IAMClient,
  groupName: string,
  signal: AbortSignal,
): Promise<GroupMembers> {
  const pages = paginateGetGroup(
    { client: iam, pageSize: PAGE_SIZE },
    { GroupName: groupName },
    { abortSignal: signal },
  );
  const members: IamUser[] = [];
  try {
    for await (const page of completeList(CALL, pages, (answer) => ({
      token: answer.Marker,
      truncated: answer.IsTruncated,
    }))) {
      if (!page.Users)
        throw invalidResponse(
          CALL,
          'IncompleteAnswer',
          `a page of group ${groupName} holds no list of users`,
        );
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
    throw invalidResponse(CALL, 'IncompleteAnswer', 'a member has no name, id or ARN');
  return { userName, userId, arn };
}
