import pLimit, { type LimitFunction } from 'p-limit';

/**
 * Like `Promise.all` with limited concurrency, but waits for all work to end before it throws the first
 * error.
 */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  concurrency: number | LimitFunction,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const limit = typeof concurrency === 'number' ? pLimit(concurrency) : concurrency;
  const settled = await Promise.allSettled(items.map((item) => limit(work, item)));
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
