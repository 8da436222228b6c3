/** A token bucket of AWS: calls a second, and calls at once when it is full. */
export interface Bucket {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Per account at Organizations.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#throttling-limits
 */
export const LIST_ACCOUNTS: Bucket = { perSecond: 8, burst: 12 };
export const LIST_CHILDREN: Bucket = { perSecond: 5, burst: 8 };
export const LIST_TAGS: Bucket = { perSecond: 10, burst: 15 };
export const LIST_ROOTS: Bucket = { perSecond: 1, burst: 2 };
export const DESCRIBE_ORGANIZATION: Bucket = { perSecond: 1, burst: 2 };

/** Per account and Region: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const ASSUME_ROLE: Bucket = { perSecond: 600, burst: 600 };
