import type { Directory } from '../organization/sorted-map.ts';
import type { Call } from './call.ts';
import { renderReportPage, pageOfList, type Page } from './paging.ts';
import { integer, refused, text } from './parameters.ts';

/** One page of a directory, by the parameters that the service has for that. */
export function pageFor<Thing>(call: Call, directory: Directory<Thing>): Page<Thing> {
  return paged(call, (token, size) => renderReportPage(directory, token, size, call.pageCut));
}

/** @param list sorted by `orderOf` */
export function pageForList<Thing>(
  call: Call,
  list: readonly Thing[],
  orderOf: (thing: Thing) => string,
): Page<Thing> {
  return paged(call, (token, size) => pageOfList(list, orderOf, token, size, call.pageCut));
}

interface PageParameters {
  readonly token: string;
  readonly size: string;
  readonly maximum: number;
  readonly usual: number;
}

const IAM_PAGES: PageParameters = { token: 'Marker', size: 'MaxItems', maximum: 1000, usual: 100 };
const ORGANIZATIONS_PAGES: PageParameters = {
  token: 'NextToken',
  size: 'MaxResults',
  maximum: 20,
  usual: 20,
};
const TAGGING_PAGES: PageParameters = {
  token: 'PaginationToken',
  size: 'ResourcesPerPage',
  maximum: 100,
  usual: 100,
};

function paged<Thing>(
  call: Call,
  cut: (token: string | undefined, size: number) => Page<Thing>,
): Page<Thing> {
  const names =
    call.service === 'iam' ? IAM_PAGES : call.service === 'tagging' ? TAGGING_PAGES : ORGANIZATIONS_PAGES;
  const token = text(call, names.token);
  const size = integer(call, names.size, 1, names.maximum, names.usual);
  try {
    return cut(token === '' ? undefined : token, size);
  } catch (error) {
    if (error instanceof RangeError) throw refused(call, `Invalid ${names.token}.`);
    throw error;
  }
}
