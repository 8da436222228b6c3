import { parseConfig } from '../src/config/load.ts';
import type { Config } from '../src/config/schema.ts';
import type { Throttle } from '../sandbox/faults/throttling.ts';

/** An organization, and how far away it is. */
export interface Setting {
  readonly accounts: number;
  /** In an account, on average. They have 1.3 keys each. */
  readonly users: number;
  /** Milliseconds that every answer takes. */
  readonly latency: number;
  /**
   * What {@link TROUBLED} of the accounts have: answers that come {@link SLOWNESS} later, or a bucket of IAM
   * that is {@link NEARLY_EMPTY}.
   */
  readonly trouble: 'none' | 'slow' | 'throttled';
  /** For peers, which assume another role if they must read more; and one account may have a trouble. */
  readonly peers?: { readonly trouble: PeerTrouble };
}

/** One account has no role; or in one, a membership is throttled for ever. */
export type PeerTrouble = 'none' | 'missing role' | 'throttled membership';

export const USERS_PER_ACCOUNT = 25;

/** Share of the accounts. */
export const TROUBLED = 0.01;

/** Milliseconds. */
export const SLOWNESS = 500;

export const NEARLY_EMPTY: Throttle = {
  service: 'iam',
  share: TROUBLED,
  perAccount: { rate: 5, burst: 5 },
};

/**
 * IAM publishes no rates. Assumed for each account: that it gets through the burst of one sweep, so that what
 * the table shows is keysweep and not the assumption. The others are documented.
 */
export const ASSUMED_IAM: Throttle = { service: 'iam', perAccount: { rate: 50, burst: 100 } };

/** Accounts that keysweep works on at a time, at most, and calls in each: its defaults. */
export const MOST_ACCOUNTS = 100;
export const CALLS_PER_ACCOUNT = 4;

/** Accounts that the bare SDK works on at a time: enough for one processor at each latency, and no more. */
export function bareWidth(latency: number): number {
  return latency <= 100 ? 40 : 80;
}

/** Writes of an account that are decided again and sent together: docs/adr/0019-decide-at-the-write.md */
export const WRITES_AT_ONCE = 25;

/** Of the ledger of leaked keys. */
export const BUCKET = 'keysweep-benchmark';

export const GROUPS: readonly string[] = ['Developers', 'Administrators'];
export const EXEMPT_TAG = { key: 'keysweep', value: 'exempt' } as const;

/** Every key of the members of two groups is due, unless the user's tag says otherwise. Notifies nobody. */
export function configFor(): Config {
  return parseConfig(JSON.stringify(settingsOf()), 'the benchmark');
}

/** As accounts.json has them. */
export function settingsOf(): object {
  return {
    optOutTag: false,
    defaults: {
      armed: true,
      groups: GROUPS,
      rules: { maxKeyAgeDays: 0, mode: 'deactivate', users: 'all' },
      exempt: { userTag: `${EXEMPT_TAG.key}=${EXEMPT_TAG.value}` },
    },
    notices: { events: false },
    limits: { maxKeys: 1_000_000 },
    concurrency: { accounts: MOST_ACCOUNTS, callsPerAccount: CALLS_PER_ACCOUNT },
  };
}
