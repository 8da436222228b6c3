import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import pThrottle from 'p-throttle';

/** A token bucket of AWS: calls a second, and calls at once when it is full. */
export interface Bucket {
  readonly perSecond: number;
  readonly burst: number;
}

/** Per account and Region: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const ASSUME_ROLE: Bucket = { perSecond: 600, burst: 600 };
export const LIST_ACCOUNTS: Bucket = { perSecond: 8, burst: 12 };
export const LIST_TAGS: Bucket = { perSecond: 10, burst: 15 };

/**
 * Calls in one row share one bucket. Other tools use it too, so keysweep does not wait to be throttled.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#throttling-limits
 */
const BUCKETS: readonly (readonly [Bucket, ...calls: readonly string[]])[] = [
  [LIST_ACCOUNTS, 'ListAccounts'],
  [{ perSecond: 5, burst: 8 }, 'ListAccountsForParent', 'ListOrganizationalUnitsForParent', 'ListParents'],
  [{ perSecond: 20, burst: 30 }, 'DescribeAccount'],
  [LIST_TAGS, 'ListTagsForResource'],
  [{ perSecond: 1, burst: 2 }, 'ListRoots'],
  [{ perSecond: 1, burst: 2 }, 'DescribeOrganization'],
];

/**
 * Makes a client wait for its turn before every request, retries included. Changes the client; sends nothing.
 * @param share of the buckets for this process: more than 0, and at most 1
 */
export function limitOrganizations(client: OrganizationsClient, share = 1): OrganizationsClient {
  const turns = new Map(
    BUCKETS.flatMap(([{ perSecond, burst }, ...calls]) => {
      // A full bucket, in the time that it takes to refill.
      const limit = Math.max(1, Math.floor(burst * share));
      const interval = (limit / (perSecond * share)) * 1000;
      const turn = pThrottle({ limit, interval, strict: true })(() => Promise.resolve());
      return calls.map((call): [string, typeof turn] => [`${call}Command`, turn]);
    }),
  );
  client.middlewareStack.add(
    (next, context) => async (request) => {
      await turns.get(context.commandName ?? '')?.();
      return next(request);
    },
    // After the retries, so that every attempt waits, and before signing, so that no signature expires.
    { name: 'limitOrganizations', step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}
