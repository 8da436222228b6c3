import pLimit from 'p-limit';

import { optOutTagOf } from '../../organization/opt-out-tags.ts';
import { writeUntil } from '../deadline.ts';
import { endOfFailure, type AccountEnd } from '../outcome.ts';
import type { PlannedAccount } from '../plan/planned.ts';
import type { RunContext } from '../run-context.ts';

/** Rechecks, before writing to an account, whether it has opted out. */
export interface OptOutRecheck {
  /**
   * Reads the account's tags at the first call. Never rejects.
   * @returns the account's end when it has opted out or that is unknown; undefined: it may be written to
   */
  readonly check: (planned: PlannedAccount) => Promise<AccountEnd | undefined>;
  /** Starts no more reads; resolves when none is in progress. */
  readonly end: () => Promise<void>;
}

/** Enough for the rate limit of ten a second; the others wait here and not in the SDK. */
const AT_A_TIME = 8;

/**
 * The index of tags lags behind and may lack a tag that was set before the run began.
 * docs/adr/0003-opt-out-tags.md
 */
export function recheckOptOuts(context: RunContext): OptOutRecheck {
  const ended = new AbortController();
  const signal = writeUntil(ended.signal, context.deadline).writing;
  const limit = pLimit(AT_A_TIME);
  const ends = new Map<string, Promise<AccountEnd | undefined>>();
  return {
    check: (planned) => {
      const { id } = planned.target.account;
      const end = ends.get(id) ?? limit(readOptOut, planned, context, signal);
      ends.set(id, end);
      return end;
    },
    end: async () => {
      ended.abort();
      await Promise.all(ends.values());
    },
  };
}

async function readOptOut(
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
  return { outcome: 'opted-out', reason: `by its tag ${key}=${value}, set recently`, keys };
}
