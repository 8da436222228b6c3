import type { RunContext } from '../run-context.ts';

const CHECK_MS = 250;

/**
 * Waits for plans, but not for accounts that AWS still throttles when all others are planned: nothing is
 * written before, and one account, which its own people can throttle, must not delay the sweep of all.
 * docs/adr/0023-throttled-accounts.md
 * @param left the IDs of the accounts that are not planned yet
 */
export async function endThrottled<Plans>(
  left: ReadonlySet<string>,
  planning: Promise<Plans>,
  { clients }: Pick<RunContext, 'clients'>,
): Promise<Plans> {
  const all = left.size;
  const timer = setInterval(() => {
    if (left.size < all) clients.endThrottled(left);
  }, CHECK_MS);
  return planning.finally(() => clearInterval(timer));
}
