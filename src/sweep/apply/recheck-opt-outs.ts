import pLimit from 'p-limit';

import { optOutTagOf } from '../../organization/opt-out-tags.ts';
import { until } from '../deadline.ts';
import { endOfFailure, type AccountEnd } from '../outcome.ts';
import type { PlannedAccount } from '../plan/planned.ts';
import type { RunContext } from '../run-context.ts';

/** Tells of accounts about to be written to whether they have opted out since the index of tags was made. */
export interface OptOutRecheck {
  /**
   * Asks about an account, once however often it is called, and not in the order of the writes but as early as it is called.
   * @returns how the account ends without a write: it is opted out, or that cannot be told; undefined: go on. Never rejects
   */
  readonly at: (planned: PlannedAccount) => Promise<AccountEnd | undefined>;
  /** Asks no more; resolves when nothing is under way. */
  readonly end: () => Promise<void>;
}

/** More than are answered at the pace of ten a second: only so many wait inside the SDK. */
const AT_A_TIME = 8;

/**
 * Reads the opt-out tags of accounts anew, because the index from which the run knew them may not have heard of a tag that was
 * set lately: one that was set before the run began is seen. docs/adr/0003-opt-out-tags.md
 */
export function recheckOptOuts(context: RunContext): OptOutRecheck {
  const ended = new AbortController();
  const signal = until(ended.signal, context.deadline).writing;
  const limit = pLimit(AT_A_TIME);
  const answers = new Map<string, Promise<AccountEnd | undefined>>();
  return {
    at: (planned) => {
      const { id } = planned.target.account;
      const answer = answers.get(id) ?? limit(optedOutSince, planned, context, signal);
      answers.set(id, answer);
      return answer;
    },
    end: async () => {
      ended.abort();
      await Promise.all(answers.values());
    },
  };
}

async function optedOutSince(
  { target, end: { keys } }: PlannedAccount,
  { config, clients }: RunContext,
  signal: AbortSignal,
): Promise<AccountEnd | undefined> {
  if (config.optOutTag === false || keys.due === 0) return undefined;
  const { organizations } = clients;
  const state = await optOutTagOf(target.account.id, { organizations, tag: config.optOutTag, signal });
  if (!state.known) return { ...endOfFailure(state.failure), keys };
  if (!state.optedOut) return undefined;
  const { key, value } = config.optOutTag;
  return { outcome: 'opted-out', reason: `by its tag ${key}=${value}, which was set lately`, keys };
}
