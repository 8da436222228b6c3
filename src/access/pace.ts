import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import pThrottle from 'p-throttle';

/**
 * Requests per second that an account may send to Organizations; calls in one row share one bucket.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#throttling-limits
 * The buckets of the whole organization are hardly wider and other tools drink from them too, so keysweep stays at these
 * rates by itself instead of finding them by being throttled.
 */
const RATES: readonly { readonly calls: readonly string[]; readonly perSecond: number }[] = [
  { calls: ['ListAccounts'], perSecond: 8 },
  { calls: ['ListAccountsForParent', 'ListOrganizationalUnitsForParent', 'ListParents'], perSecond: 5 },
  { calls: ['ListTagsForResource'], perSecond: 10 },
  { calls: ['ListRoots'], perSecond: 1 },
  { calls: ['DescribeOrganization'], perSecond: 1 },
];

/** Makes a client wait its turn before every request, retries included. Changes the client; sends nothing. */
export function paceOrganizations(client: OrganizationsClient): OrganizationsClient {
  const turns = new Map(
    RATES.flatMap(({ calls, perSecond }) => {
      const turn = pThrottle({ limit: perSecond, interval: 1000, strict: true })(() => Promise.resolve());
      return calls.map((call): [string, typeof turn] => [`${call}Command`, turn]);
    }),
  );
  client.middlewareStack.add(
    (next, context) => async (request) => {
      await turns.get(context.commandName ?? '')?.();
      return next(request);
    },
    // After the retry middleware, so that each attempt waits, and before signing, so that no signature grows old in the queue.
    { name: 'paceOrganizations', step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}
