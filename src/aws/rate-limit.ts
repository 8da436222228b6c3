import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import pThrottle from 'p-throttle';

import {
  DESCRIBE_ORGANIZATION,
  LIST_ACCOUNTS,
  LIST_CHILDREN,
  LIST_ROOTS,
  LIST_TAGS,
  type Bucket,
} from './quotas.ts';

/** Calls in one row share one bucket. Other tools use it too, so keysweep does not wait to be throttled. */
const BUCKETS: readonly { readonly calls: readonly string[]; readonly bucket: Bucket }[] = [
  { calls: ['ListAccounts'], bucket: LIST_ACCOUNTS },
  { calls: ['ListAccountsForParent', 'ListOrganizationalUnitsForParent'], bucket: LIST_CHILDREN },
  { calls: ['ListTagsForResource'], bucket: LIST_TAGS },
  { calls: ['ListRoots'], bucket: LIST_ROOTS },
  { calls: ['DescribeOrganization'], bucket: DESCRIBE_ORGANIZATION },
];

/**
 * Makes a client wait for its turn before every request, retries included. Changes the client; sends nothing.
 * @param share of the buckets for this process: more than 0, and at most 1
 */
export function limitOrganizations(client: OrganizationsClient, share = 1): OrganizationsClient {
  const turns = new Map(
    BUCKETS.flatMap(({ calls, bucket: { perSecond, burst } }) => {
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
    // After the retry middleware, so that every attempt waits, and before signing, so that no signature
    // expires.
    { name: 'limitOrganizations', step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}
