import type { Call, Operations } from '../calls/call.ts';
import { pageOfList } from '../calls/page-parameters.ts';
import { stringList } from '../calls/parameters.ts';
import type { SandboxAccount } from '../organization/account.ts';
import { HOME_REGION } from '../organization/partition.ts';
import { commonError } from '../wire/common-errors.ts';
import { accountArn, tagShapes } from './organizations/shapes.ts';

type Json = Readonly<Record<string, unknown>>;

interface TaggedAccount {
  readonly account: SandboxAccount;
  readonly tags: ReadonlyMap<string, string>;
}

interface TagFilter {
  readonly Key?: string;
  readonly Values?: readonly string[];
}

export const TAGGING_OPERATIONS: Operations<Json> = {
  GetResources: { resource: () => ({ arn: '*' }), run: getResources },
  GetTagKeys: { resource: () => ({ arn: '*' }), run: getTagKeys },
};

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetTagKeys.html */
function getTagKeys(call: Call): Json {
  const keys = new Set(indexedAccounts(call).flatMap(({ tags }) => [...tags.keys()]));
  const page = pageOfList(call, [...keys].sort(), (key) => key);
  return { PaginationToken: page.next ?? '', TagKeys: page.items };
}

/**
 * Returns accounts only to the management account and in the partition's home Region, else an empty list.
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
function getResources(call: Call): Json {
  if (call.settings.tagIndex.fails) throw commonError('tagging', 'internal-error');
  const found = indexedAccounts(call).filter(({ tags }) =>
    filtersOf(call).every((filter) => matches(tags, filter)),
  );
  const page = pageOfList(call, found, ({ account }) => account.id);
  return {
    PaginationToken: page.next ?? '',
    ResourceTagMappingList: page.items.map(({ account, tags }) => ({
      ResourceARN: accountArn(call, account.id),
      Tags: tagShapes(tags),
    })),
  };
}

function indexedAccounts(call: Call): readonly TaggedAccount[] {
  const { organization, caller, region, settings } = call;
  const types = stringList(call, 'ResourceTypeFilters');
  const includesAccounts =
    types.length === 0 || types.includes('organizations') || types.includes('organizations:account');
  const isIndexedHere =
    caller.account === organization.managementAccount && region === HOME_REGION[organization.partition];
  if (!includesAccounts || !isIndexedHere) return [];
  const accounts: TaggedAccount[] = [];
  for (const account of organization.accounts.list()) {
    const tags = account.tags.at(call.now - settings.tagIndex.lagMilliseconds);
    if (tags) accounts.push({ account, tags });
  }
  return accounts;
}

function filtersOf(call: Call): readonly TagFilter[] {
  const filters = call.parameters.TagFilters;
  return Array.isArray(filters) ? (filters as readonly TagFilter[]) : [];
}

function matches(tags: ReadonlyMap<string, string>, { Key = '', Values = [] }: TagFilter): boolean {
  const value = tags.get(Key);
  return value !== undefined && (Values.length === 0 || Values.includes(value));
}
