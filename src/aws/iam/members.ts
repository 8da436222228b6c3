import { paginateGetGroup, type GetGroupResponse, type IAMClient, type User } from '@aws-sdk/client-iam';

import { invalidResponse } from '../calling.ts';
import { byMarker, completeList } from '../complete-list.ts';
import { listOrAbsent } from './no-such-entity.ts';
import type { IamUser } from './user.ts';

/** undefined: the account has no group of that name, which is not a failure. */
export type GroupMembers = readonly IamUser[] | undefined;

const CALL = 'iam:GetGroup';

/** The maximum: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
const PAGE_SIZE = 1000;

export interface GroupOfAccount {
  readonly accountId: string;
  readonly groupName: string;
}

/**
 * @throws CallFailedError when a page fails, is of another group or account, or has a user without name, ID
 *   or ARN
 */
export async function groupMembers(
  iam: IAMClient,
  group: GroupOfAccount,
  signal: AbortSignal,
): Promise<GroupMembers> {
  const paging = { client: iam, pageSize: PAGE_SIZE };
  const pages = paginateGetGroup(paging, { GroupName: group.groupName }, { abortSignal: signal });
  return listOrAbsent(completeList(CALL, pages, byMarker), (page) => membersOn(page, group));
}

function membersOn({ Group: found, Users: users }: GetGroupResponse, group: GroupOfAccount): IamUser[] {
  const { accountId, groupName } = group;
  if (!users || !found)
    throw invalidResponse(CALL, 'IncompleteAnswer', `a page for group ${groupName} has no list of users`);
  const other = [found, ...users].find(({ Arn: arn }) => arn && arn.split(':')[4] !== accountId);
  if (other || found.GroupName?.toLowerCase() !== groupName.toLowerCase()) {
    const arn = (other ?? found).Arn ?? 'no group';
    throw invalidResponse(CALL, 'WrongGroup', `asked for ${groupName} of ${accountId}, AWS sent ${arn}`);
  }
  return users.map((user) => iamUser(CALL, user));
}

/** @throws CallFailedError */
export function iamUser(call: string, { UserName: userName, UserId: userId, Arn: arn }: User): IamUser {
  if (!userName || !userId || !arn)
    throw invalidResponse(call, 'IncompleteAnswer', 'a user has no name, ID or ARN');
  return { userName, userId, arn };
}
