export interface Page<Item> {
  readonly items: readonly Item[];
  /** Token of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Makes pages smaller than requested: AWS may do that at any time. */
export interface PageLimit {
  readonly empty?: boolean;
  readonly maximumSize?: number;
}

let tokens = 0;

/**
 * A token holds the sort key after which its page begins, so items deleted between two pages shift nothing.
 * @param list sorted by `sortKey`
 * @throws RangeError for a token that is not from this function
 */
export function pageOf<Item>(
  list: readonly Item[],
  sortKey: (item: Item) => string,
  token: string | undefined,
  size: number,
  limit: PageLimit,
): Page<Item> {
  const after = token === undefined ? undefined : decodeToken(token);
  if (limit.empty) return { items: [], next: encodeToken(after ?? '') };
  const start = after === undefined ? 0 : firstAfter(list, sortKey, after);
  const end = start + Math.min(size, limit.maximumSize ?? size);
  const items = list.slice(start, end);
  const last = items.at(-1);
  return { items, next: last !== undefined && end < list.length ? encodeToken(sortKey(last)) : undefined };
}

function firstAfter<Item>(list: readonly Item[], sortKey: (item: Item) => string, after: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && sortKey(item) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Every token is new, so that clients do not take an empty page for a token loop. */
function encodeToken(after: string): string {
  tokens += 1;
  return Buffer.from(`page ${tokens} after ${after}`).toString('base64url');
}

function decodeToken(token: string): string {
  const after = /^page \d+ after ([^]*)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (after === undefined) throw new RangeError('not a token of this sandbox');
  return after;
}
