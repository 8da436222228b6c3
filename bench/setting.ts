import { parseConfig } from '../src/config/load.ts';
import type { Config } from '../src/config/schema.ts';
import type { Throttle } from '../src/sandbox/throttling.ts';

/** An organization, and how far away it is. */
export interface Setting {
  readonly accounts: number;
  /** Milliseconds that every answer takes. */
  readonly latency: number;
  /** Share of the accounts that answer {@link SLOWNESS} later. */
  readonly slowShare: number;
}

export const USERS_PER_ACCOUNT = 25;

/** Milliseconds. */
export const SLOWNESS = 500;

/**
 * IAM publishes no rates. Assumed for each account: that it gets through the burst of one sweep, so that what the table shows
 * is keysweep and not the assumption. The others are documented.
 */
export const ASSUMED_IAM: Throttle = { service: 'iam', perAccount: { rate: 50, burst: 100 } };

/** Accounts that keysweep works on at a time, at most: its default. It finds its own width below. */
export const MOST_ACCOUNTS = 100;

/** Accounts that the bare SDK works on at a time: enough for one processor at each latency, and no more. */
export function bareWidth(latency: number): number {
  return latency <= 100 ? 40 : 80;
}

export const GROUPS = ['Developers', 'Administrators'] as const;
export const EXEMPT_TAG = { key: 'keysweep', value: 'exempt' } as const;

/** The settings of the benchmark: every key of the members of two groups is due, unless the user's tag says otherwise. */
export function configFor(): Config {
  const settings = {
    optOutTag: false,
    defaults: {
      armed: true,
      groups: [...GROUPS],
      rules: { maxKeyAgeDays: 0, mode: 'deactivate', users: 'all' },
      exempt: { userTag: `${EXEMPT_TAG.key}=${EXEMPT_TAG.value}` },
    },
    limits: { maxKeys: 1_000_000 },
    concurrency: { accounts: MOST_ACCOUNTS },
  };
  return parseConfig(JSON.stringify(settings), 'the benchmark');
}
