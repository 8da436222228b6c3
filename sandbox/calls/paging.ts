import type { Directory } from '../organization/sorted-map.ts';

export interface Page<Thing> {
  readonly items: readonly Thing[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

/** What makes pages smaller than was asked for: AWS may do that at any time. */
export interface PageCut {
  readonly empty?: boolean;
  readonly maximumSize?: number;
}

let tokens = 0;

/**
 * One page, in the order of names, so that things which are deleted between two pages move nothing.
 * @throws RangeError for a token that no page gave
 */
export function renderReportPage<Thing>(
  directory: Directory<Thing>,
  token: string | undefined,
  size: number,
  cut: PageCut,
): Page<Thing> {
  return pageOfList(directory.list(), (thing) => directory.orderOf(thing), token, size, cut);
}

/** @param list sorted by `orderOf` */
export function pageOfList<Thing>(
  list: readonly Thing[],
  orderOf: (thing: Thing) => string,
  token: string | undefined,
  size: number,
  cut: PageCut,
): Page<Thing> {
  const after = token === undefined ? undefined : decoded(token);
  if (cut.empty) return { items: [], next: encoded(after ?? '') };
  const start = after === undefined ? 0 : firstAfter(list, orderOf, after);
  const end = start + Math.min(size, cut.maximumSize ?? size);
  const items = list.slice(start, end);
  const last = items.at(-1);
  return { items, next: last !== undefined && end < list.length ? encoded(orderOf(last)) : undefined };
}

function firstAfter<Thing>(list: readonly Thing[], orderOf: (thing: Thing) => string, after: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const thing = list[middle];
    if (thing !== undefined && orderOf(thing) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** No two tokens are the same, so that an empty page is not taken for a service that turns in circles. */
function encoded(after: string): string {
  tokens += 1;
  return Buffer.from(`page ${tokens} after ${after}`).toString('base64url');
}

function decoded(token: string): string {
  const after = /^page \d+ after ([^]*)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (after === undefined) throw new RangeError('not a token of this sandbox');
  return after;
}
