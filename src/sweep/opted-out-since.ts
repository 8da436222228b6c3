import { optOutTagOf } from '../organization/opt-out-tags.ts';
import { countKeys, endOfFailure, type AccountEnd } from './outcome.ts';
import type { AccountPlan } from './plan-account.ts';
import type { RunContext } from './run-context.ts';

/**
 * Reads the opt-out tag of an account that is about to be written to, because the index from which the run knew it may not
 * have heard of a tag that was set lately.
 * @returns how the account ends without a write: it is opted out, or that cannot be told; undefined: go on
 */
export async function optedOutSince(plan: AccountPlan, context: RunContext): Promise<AccountEnd | undefined> {
  const { config, clients, deadline } = context;
  const keys = countKeys(plan.decisions, []);
  if (config.optOutTag === false || keys.due === 0) return undefined;
  const { organizations } = clients;
  const state = await optOutTagOf(plan.target.account.id, {
    organizations,
    tag: config.optOutTag,
    signal: deadline.writing,
  });
  if (!state.known) return { ...endOfFailure(state.failure), keys };
  if (!state.optedOut) return undefined;
  const { key, value } = config.optOutTag;
  return { outcome: 'opted-out', reason: `by its tag ${key}=${value}, which was set lately`, keys };
}
