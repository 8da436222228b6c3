/** `keep` is a decision, too: the ledger shows why a key stayed. */
export type KeyDecision = Keep | Revoke;

interface DecidedKey {
  readonly accessKeyId: string;
  readonly userName: string;
  /** The key's status when it was listed. */
  readonly status: string;
  readonly createDate: Date;
  /** Only if it was read; null: never. */
  readonly lastUsed?: Date | null;
}

export interface Keep extends DecidedKey {
  readonly action: 'keep';
  readonly reason: KeepReason;
  /** What of accounts.json exempts the user. */
  readonly exemption?: MatchedExemption;
}

/** A pattern of exempt.users, a group, or the tag as key=value, and its last day (UTC). */
export interface MatchedExemption {
  readonly name: string;
  readonly until?: string;
}

export interface Revoke extends DecidedKey {
  /** IAM never gives it to another user, as it may the name. Missing in records that are older than 0.2.0. */
  readonly userId?: string;
  readonly action: 'deactivate' | 'delete';
  readonly reason: RevokeReason;
}

export function isRevoke(decision: KeyDecision): decision is Revoke {
  return decision.action !== 'keep';
}

export const KEEP_REASONS = [
  /** keysweep itself runs with this key. */
  'own-key',
  /** Due, but not in the plan file that is being applied. */
  'not-in-plan',
  /** Due, and in the plan, but not as planned: another action, status, user or account. */
  'changed-since-plan',
  /** The user's name, group or tag is exempt. */
  'exempt.users',
  'exempt.groups',
  'exempt.userTag',
  /** rules.users is with-console-access, and this user has no console password. */
  'no-console-access',
  /** Held until a date by an undo. */
  'on-hold',
  /** Younger than maxKeyAgeDays. */
  'maxKeyAgeDays not reached',
  /** Younger than maxKeyAgeDays, and used within maxUnusedDays. */
  'maxUnusedDays not reached',
  /** Inactive, and the rules do not delete. */
  'mode is deactivate',
  /** Inactive, but not yet for deleteAfterDays since a sweep first recorded it. */
  'deleteAfterDays not reached',
  /** A status that this version does not know. */
  'unknown-status',
] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** Reasons that take a key out of the rules; people of its account can bring most of them about. */
export const ESCAPE_REASONS = [
  'exempt.users',
  'exempt.groups',
  'exempt.userTag',
  'no-console-access',
] as const;

export function isEscapeReason(reason: string): reason is (typeof ESCAPE_REASONS)[number] {
  return (ESCAPE_REASONS as readonly string[]).includes(reason);
}

export const REVOKE_REASONS = [
  /** On the deny list, whatever its age. */
  'leaked',
  /** Every key, at every sweep. */
  'maxKeyAgeDays is 0',
  'maxKeyAgeDays reached',
  /** Not used for maxUnusedDays, whatever its age. */
  'maxUnusedDays reached',
  /** Inactive for deleteAfterDays according to earlier sweeps. */
  'deleteAfterDays reached',
] as const;
export type RevokeReason = (typeof REVOKE_REASONS)[number];
