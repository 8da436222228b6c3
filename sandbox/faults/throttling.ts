import type { ServiceName } from '../wire/service-name.ts';
import { isInShare } from './account-share.ts';

/** A token bucket. */
export interface Bucket {
  /** Calls per second. */
  readonly rate: number;
  /** Calls at once. */
  readonly burst: number;
}

/** Calls that share one bucket per account and one for the whole organization. */
export interface Throttle {
  readonly service: ServiceName;
  /** Default: every call of the service. */
  readonly calls?: readonly string[];
  /** Share of the accounts, from 0 to 1; the same accounts every time. Default: all. */
  readonly share?: number;
  readonly perAccount?: Bucket;
  readonly perOrganization?: Bucket;
}

/**
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#throttling-limits
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * IAM publishes no rates: 20 per second for an account is an assumption.
 */
export const DOCUMENTED_THROTTLES: readonly Throttle[] = [
  organizations(['ListAccounts'], [8, 12], [9, 15]),
  organizations(
    ['ListParents', 'ListAccountsForParent', 'ListOrganizationalUnitsForParent'],
    [5, 8],
    [6, 10],
  ),
  organizations(['DescribeAccount'], [20, 30], [24, 36]),
  organizations(['ListTagsForResource'], [10, 15], [12, 18]),
  organizations(['ListRoots'], [1, 2], [1, 3]),
  { service: 'organizations', calls: ['DescribeOrganization'], perAccount: { rate: 1, burst: 2 } },
  { service: 'sts', perAccount: { rate: 600, burst: 600 } },
  { service: 'iam', perAccount: { rate: 20, burst: 40 } },
];

function organizations(
  calls: readonly string[],
  perAccount: readonly [rate: number, burst: number],
  perOrganization: readonly [rate: number, burst: number],
): Throttle {
  return {
    service: 'organizations',
    calls,
    perAccount: { rate: perAccount[0], burst: perAccount[1] },
    perOrganization: { rate: perOrganization[0], burst: perOrganization[1] },
  };
}

interface Level {
  tokens: number;
  at: number;
}

/** Uses the system clock, as do the clients that wait. */
export class Throttling {
  readonly #throttles: readonly Throttle[];
  readonly #levels = new Map<string, Level>();

  constructor(throttles: readonly Throttle[]) {
    this.#throttles = throttles;
  }

  /** A call that is not admitted takes no token. */
  admits(service: ServiceName, call: string, accountId: string): boolean {
    const now = performance.now();
    const levels: Level[] = [];
    this.#throttles.forEach((throttle, row) => {
      if (throttle.service !== service || !(throttle.calls?.includes(call) ?? true)) return;
      const { share, perAccount, perOrganization } = throttle;
      if (share !== undefined && !isInShare(accountId, share)) return;
      if (perAccount) levels.push(this.#level(`${row}/${accountId}`, perAccount, now));
      if (perOrganization) levels.push(this.#level(`${row}`, perOrganization, now));
    });
    if (levels.some((level) => level.tokens < 1)) return false;
    for (const level of levels) level.tokens -= 1;
    return true;
  }

  #level(name: string, bucket: Bucket, now: number): Level {
    const level = this.#levels.get(name) ?? { tokens: bucket.burst, at: now };
    this.#levels.set(name, level);
    level.tokens = Math.min(bucket.burst, level.tokens + ((now - level.at) / 1000) * bucket.rate);
    level.at = now;
    return level;
  }
}
