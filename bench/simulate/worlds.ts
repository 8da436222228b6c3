import type { World } from './model.ts';

/** 25 users with 1.3 keys each, all due, in one group: the measure of all tables. */
export function worldOf(accounts: number, latency: number, tags = false): World {
  return { accounts, latency, users: 25, keys: 32.5, tags };
}

export const LATENCIES = [0.06, 0.15] as const;

/** What accounts.json says unless told otherwise. */
export const DEFAULTS = { accountsAtOnce: 100, batchSize: 20, maxConcurrency: 10 } as const;

/**
 * A Lambda has 900 s, of which keysweep keeps 45 for the end of the run; more than 0.6 of the rest may not go
 * into reading.
 */
export const LAMBDA_SECONDS = 855;
