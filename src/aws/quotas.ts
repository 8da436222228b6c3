/** A token bucket of AWS: so many calls a second, and so many at once when it is full. */
export interface Bucket {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Of one account at Organizations.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#throttling-limits
 */
export const LIST_ACCOUNTS: Bucket = { perSecond: 8, burst: 12 };
export const LIST_PLACES: Bucket = { perSecond: 5, burst: 8 };
export const LIST_TAGS: Bucket = { perSecond: 10, burst: 15 };
export const LIST_ROOTS: Bucket = { perSecond: 1, burst: 2 };
export const DESCRIBE_ORGANIZATION: Bucket = { perSecond: 1, burst: 2 };

/** Of one account and Region at STS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const ASSUME_ROLE: Bucket = { perSecond: 600, burst: 600 };
