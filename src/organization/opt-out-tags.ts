import { paginateListTagsForResource, type OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  paginateGetResources,
  type ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import pLimit from 'p-limit';

import { failureOf, invalidResponse } from '../aws/calling.ts';
import { byNextToken, completeList } from '../aws/complete-list.ts';
import type { Tag } from '../config/schema.ts';
import type { OptOutTagState } from './account.ts';

export interface TagLookup {
  readonly organizations: OrganizationsClient;
  /** Works only in the management account; undefined elsewhere. */
  readonly tagging: ResourceGroupsTaggingAPIClient | undefined;
  readonly tag: Tag;
  readonly signal: AbortSignal;
  /** Gets all tags that are read. */
  readonly onTags?: ((accountId: string, tags: readonly AccountTag[]) => void) | undefined;
}

export interface AccountTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** By account ID. The index lags behind: {@link optOutTagOf} decides before a write. */
export type OptOutTags = ReadonlyMap<string, OptOutTagState>;

/**
 * Reads whether accounts have the opt-out tag: from the index of the tagging API, 100 accounts a call, or
 * account by account. The index counts only if it has at least one tagged account: an empty one may mean that
 * it does not serve Organizations here, and every opt-out would be missed. docs/adr/0003-opt-out-tags.md
 */
export function openOptOutTags(lookup: TagLookup): (accountIds: readonly string[]) => Promise<OptOutTags> {
  const limit = pLimit(8);
  let index: Promise<Map<string, boolean> | undefined> | undefined;
  return async (accountIds) => {
    if (accountIds.length === 0) return new Map();
    const tagged = await (index ??= taggedAccounts(lookup));
    const states = tagged
      ? accountIds.map((id) => [id, { known: true, optedOut: tagged.get(id) ?? false }] as const)
      : await limit.map(accountIds, async (id) => [id, await optOutTagOf(id, lookup)] as const);
    return new Map(states);
  };
}

/**
 * @returns whether each tagged account has the opt-out tag; undefined when the index cannot be used, for any
 *   reason
 */
async function taggedAccounts({
  tagging,
  tag,
  signal,
  onTags,
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
        onTags?.(accountId, tags);
        tagged.set(accountId, hasTag(tags, tag));
      }
    }
  } catch {
    return undefined;
  }
  return tagged.size > 0 ? tagged : undefined;
}

/** Reads whether one account has the opt-out tag now. */
export async function optOutTagOf(
  accountId: string,
  { organizations, tag, signal, onTags }: Omit<TagLookup, 'tagging'>,
): Promise<OptOutTagState> {
  const call = 'organizations:ListTagsForResource';
  const input = { ResourceId: accountId };
  const pages = paginateListTagsForResource({ client: organizations }, input, { abortSignal: signal });
  try {
    let optedOut = false;
    for await (const page of completeList(call, pages, byNextToken)) {
      if (!page.Tags) throw invalidResponse(call, 'IncompleteAnswer', 'a page has no list of tags');
      onTags?.(accountId, page.Tags);
      optedOut ||= hasTag(page.Tags, tag);
    }
    return { known: true, optedOut };
  } catch (error) {
    return { known: false, failure: failureOf(call, error) };
  }
}

function hasTag(tags: readonly AccountTag[], tag: Tag): boolean {
  return tags.some(({ Key: key, Value: value }) => key === tag.key && value === tag.value);
}
