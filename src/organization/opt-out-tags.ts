import { paginateListTagsForResource, type OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  paginateGetResources,
  type ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import pLimit from 'p-limit';

import { failureOf, invalidResponse } from '../aws/calling.ts';
import { completeList } from '../aws/complete-list.ts';
import type { Tag } from '../config/schema.ts';
import type { OptOutTagState } from './account.ts';

export interface TagLookup {
  readonly organizations: OrganizationsClient;
  /** Only the management account is answered; undefined elsewhere. */
  readonly tagging: ResourceGroupsTaggingAPIClient | undefined;
  readonly tag: Tag;
  readonly signal: AbortSignal;
}

export interface OptOutTags {
  readonly byAccount: ReadonlyMap<string, OptOutTagState>;
  /** They come from an index that follows the accounts' tags at its own pace: ask {@link optOutTagOf} before writing. */
  readonly fromIndex: boolean;
}

/**
 * Tells whether accounts carry the opt-out tag, some at a time. The tagging API tells of 100 accounts a call, so it is asked
 * first, and once. Its word counts only if it names at least one tagged account: an empty answer can also mean that it does
 * not serve Organizations here, and would take every opt-out for absent. Otherwise each account is asked about, and one whose
 * tags cannot be read is not known. docs/adr/0003-opt-out-tags.md
 */
export function openOptOutTags(lookup: TagLookup): (accountIds: readonly string[]) => Promise<OptOutTags> {
  const limit = pLimit(8);
  let index: Promise<Map<string, boolean> | undefined> | undefined;
  return async (accountIds) => {
    if (accountIds.length === 0) return { byAccount: new Map(), fromIndex: false };
    const tagged = await (index ??= taggedAccounts(lookup));
    const states = tagged
      ? accountIds.map((id) => [id, { known: true, optedOut: tagged.get(id) ?? false }] as const)
      : await limit.map(accountIds, async (id) => [id, await optOutTagOf(id, lookup)] as const);
    return { byAccount: new Map(states), fromIndex: tagged !== undefined };
  };
}

/**
 * All accounts that carry any tag, with whether it is the opt-out; undefined when the tagging API cannot be relied upon, for
 * whatever reason: then each account is asked about, and that fails where it must.
 */
async function taggedAccounts({
  tagging,
  tag,
  signal,
}: TagLookup): Promise<Map<string, boolean> | undefined> {
  if (!tagging) return undefined;
  const input = { ResourceTypeFilters: ['organizations:account'] };
  const pages = paginateGetResources({ client: tagging, pageSize: 100 }, input, { abortSignal: signal });
  const tagged = new Map<string, boolean>();
  try {
    for await (const page of completeList('tag:GetResources', pages, ({ PaginationToken: token }) => ({
      token,
    }))) {
      if (!page.ResourceTagMappingList) return undefined;
      for (const { ResourceARN: arn, Tags: tags } of page.ResourceTagMappingList) {
        // arn:aws:organizations::<management account>:account/<organization>/<account>
        const accountId = arn?.split('/').at(-1);
        if (!accountId || !tags) return undefined;
        tagged.set(accountId, has(tags, tag));
      }
    }
  } catch {
    return undefined;
  }
  return tagged.size > 0 ? tagged : undefined;
}

/** Whether one account carries the opt-out tag now. */
export async function optOutTagOf(
  accountId: string,
  { organizations, tag, signal }: Omit<TagLookup, 'tagging'>,
): Promise<OptOutTagState> {
  const call = 'organizations:ListTagsForResource';
  const input = { ResourceId: accountId };
  const pages = paginateListTagsForResource({ client: organizations }, input, { abortSignal: signal });
  try {
    let optedOut = false;
    for await (const page of completeList(call, pages, (answer) => ({ token: answer.NextToken }))) {
      if (!page.Tags) throw invalidResponse(call, 'IncompleteAnswer', 'a page holds no list of tags');
      optedOut ||= has(page.Tags, tag);
    }
    return { known: true, optedOut };
  } catch (error) {
    return { known: false, failure: failureOf(call, error) };
  }
}

function has(tags: readonly { Key?: string | undefined; Value?: string | undefined }[], tag: Tag): boolean {
  return tags.some(({ Key: key, Value: value }) => key === tag.key && value === tag.value);
}
