export interface Page<Item> {
  readonly items: readonly Item[];
  /** Token of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Makes pages other than requested: smaller, as AWS may at any time, or out of order. */
export interface PageLimit {
  readonly empty?: boolean;
  readonly maximumSize?: number;
  /** `repeated`: the page comes once more after this one. `swapped`: the next page comes before it. */
  readonly order?: 'repeated' | 'swapped' | undefined;
}

/** Where a page begins, and where to go on after it if not at its end. */
interface Place {
  readonly after: string | undefined;
  /** Null: it is the last page. */
  readonly then?: string | null | undefined;
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
  const place: Place = token === undefined ? { after: undefined } : decodeToken(token);
  if (limit.empty) return { items: [], next: encodeToken(place) };
  const pageAt = (after: string | undefined): Page<Item> =>
    slice(list, sortKey, after, Math.min(size, limit.maximumSize ?? size));
  const { items, next } = pageAt(place.after);
  if (limit.order === 'repeated') return { items, next: encodeToken(place) };
  if (limit.order === 'swapped' && next !== undefined) {
    const later = pageAt(next);
    return { items: later.items, next: encodeToken({ ...place, then: later.next ?? null }) };
  }
  const then = place.then === undefined ? next : (place.then ?? undefined);
  return { items, next: then === undefined ? undefined : encodeToken({ after: then }) };
}

/** @returns `next`: the sort key after which the next page begins */
function slice<Item>(
  list: readonly Item[],
  sortKey: (item: Item) => string,
  after: string | undefined,
  size: number,
): Page<Item> {
  const start = after === undefined ? 0 : firstAfter(list, sortKey, after);
  const items = list.slice(start, start + size);
  const last = items.at(-1);
  return { items, next: last !== undefined && start + size < list.length ? sortKey(last) : undefined };
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
function encodeToken(place: Place): string {
  tokens += 1;
  return Buffer.from(`page ${tokens} ${JSON.stringify(place)}`).toString('base64url');
}

function decodeToken(token: string): Place {
  const place = /^page \d+ (\{[^]*\})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (place === undefined) throw new RangeError('not a token of this sandbox');
  return JSON.parse(place) as Place;
}
