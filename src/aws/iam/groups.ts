import { paginateListGroups, type IAMClient } from '@aws-sdk/client-iam';

import { byMarker, completeList } from '../complete-list.ts';

/** The maximum: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html */
const PAGE_SIZE = 1000;

/** The names of all groups of an account. @throws CallFailedError */
export async function groupNames(iam: IAMClient, signal: AbortSignal): Promise<string[]> {
  const pages = paginateListGroups({ client: iam, pageSize: PAGE_SIZE }, {}, { abortSignal: signal });
  const names: string[] = [];
  for await (const { Groups: groups = [] } of completeList('iam:ListGroups', pages, byMarker))
    names.push(...groups.flatMap(({ GroupName: name }) => name ?? []));
  return names;
}
