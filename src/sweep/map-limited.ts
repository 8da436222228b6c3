import pLimit, { type LimitFunction } from 'p-limit';

/**
 * Runs work for every item, at most `width` at a time or each in its turn, and waits for all of it before the first error is thrown. Where
 * `Promise.all` would return with the others still at work, nothing is at work when this returns.
 */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  width: number | LimitFunction,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const limit = typeof width === 'number' ? pLimit(width) : width;
  const settled = await Promise.allSettled(items.map((item) => limit(work, item)));
  return settled.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
