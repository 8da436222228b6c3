import type { SortedMap } from '../organization/sorted-map.ts';
import type { Call } from './call.ts';
import { type Page, pageOf } from './paging.ts';
import { integer, invalidParameter, optionalString } from './parameters.ts';

/** The page that the service's own paging parameters ask for. */
export function pageOfMap<Item>(call: Call, map: SortedMap<Item>): Page<Item> {
  return pageOfList(call, map.list(), (item) => map.sortKey(item));
}

/** @param list sorted by `sortKey` */
export function pageOfList<Item>(
  call: Call,
  list: readonly Item[],
  sortKey: (item: Item) => string,
): Page<Item> {
  const names = pageParameters(call);
  const token = optionalString(call, names.token);
  const size = integer(call, names.size, 1, names.maximum, names.default);
  try {
    return pageOf(list, sortKey, token === '' ? undefined : token, size, call.pageLimit);
  } catch (error) {
    if (error instanceof RangeError) throw invalidParameter(call, `Invalid ${names.token}.`);
    throw error;
  }
}

function pageParameters({ service }: Call) {
  if (service === 'iam') return { token: 'Marker', size: 'MaxItems', maximum: 1000, default: 100 };
  if (service === 'tagging')
    return { token: 'PaginationToken', size: 'ResourcesPerPage', maximum: 100, default: 100 };
  return { token: 'NextToken', size: 'MaxResults', maximum: 20, default: 20 };
}
