import type { SandboxAccount } from '../organization/account.ts';
import type { Call, Operations } from '../calls/call.ts';
import { accountArn, tagShapes } from './organizations/shapes.ts';
import { pageForList } from '../calls/page-parameters.ts';
import { texts } from '../calls/parameters.ts';
import { HOME_REGION } from '../organization/partition.ts';
import { commonError } from '../wire/common-errors.ts';

type Json = Readonly<Record<string, unknown>>;

interface Tagged {
  readonly account: SandboxAccount;
  readonly tags: ReadonlyMap<string, string>;
}

interface TagFilter {
  readonly Key?: string;
  readonly Values?: readonly string[];
}

export const TAGGING_OPERATIONS: Operations<Json> = {
  GetResources: { resource: () => ({ arn: '*' }), run: getResources },
};

/**
 * The accounts that the tag index knows. Whoever asks elsewhere than in the management account and the partition's home
 * Region gets an empty list and no error, as with every resource that the index does not hold there.
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
function getResources(call: Call): Json {
  if (call.settings.tagIndex.fails) throw commonError('tagging', 'internal-error');
  const wanted = indexed(call).filter(({ tags }) => filtersOf(call).every((filter) => passes(tags, filter)));
  const page = pageForList(call, wanted, ({ account }) => account.id);
  return {
    PaginationToken: page.next ?? '',
    ResourceTagMappingList: page.items.map(({ account, tags }) => ({
      ResourceARN: accountArn(call, account.id),
      Tags: tagShapes(tags),
    })),
  };
}

function indexed(call: Call): readonly Tagged[] {
  const { organization, caller, region, settings } = call;
  const types = texts(call, 'ResourceTypeFilters');
  const meansAccounts =
    types.length === 0 || types.includes('organizations') || types.includes('organizations:account');
  const atHome =
    caller.account === organization.managementAccount && region === HOME_REGION[organization.partition];
  if (!meansAccounts || !atHome) return [];
  const known: Tagged[] = [];
  for (const account of organization.accounts.list()) {
    const tags = account.tags.at(call.now - settings.tagIndex.lagMilliseconds);
    if (tags) known.push({ account, tags });
  }
  return known;
}

function filtersOf(call: Call): readonly TagFilter[] {
  const filters = call.parameters.TagFilters;
  return Array.isArray(filters) ? (filters as readonly TagFilter[]) : [];
}

function passes(tags: ReadonlyMap<string, string>, { Key = '', Values = [] }: TagFilter): boolean {
  const value = tags.get(Key);
  return value !== undefined && (Values.length === 0 || Values.includes(value));
}
