/** What the rules say about one key, and why. `keep` is a decision too: the ledger shows why a key stayed. */
export type KeyDecision = Keep | Revoke;

interface AboutKey {
  readonly accessKeyId: string;
  readonly userName: string;
  /** The key's status when it was listed. */
  readonly status: string;
  readonly createDate: Date;
}

export interface Keep extends AboutKey {
  readonly verdict: 'keep';
  readonly reason: KeepReason;
}

export interface Revoke extends AboutKey {
  readonly verdict: 'deactivate' | 'delete';
  readonly reason: RevokeReason;
}

export type KeepReason =
  /** keysweep itself runs with this key. */
  | 'own-key'
  /** Due, and not in the plan file that is being applied. */
  | 'not-in-plan'
  /** The user's name, group or tag is exempt. */
  | 'exempt-name'
  | 'exempt-group'
  | 'exempt-tag'
  /** The rules are for users with a console password and this one has none. */
  | 'no-console-access'
  /** An undo protects the key until a date. */
  | 'on-hold'
  /** Younger than maxKeyAgeDays. */
  | 'too-young'
  /** Inactive already, and the rules do not delete. */
  | 'inactive'
  /** Inactive, and deleteAfterDays have not passed since a sweep first recorded that. */
  | 'waiting-for-deletion'
  /** A status that this version does not know: nothing is written to such a key. */
  | 'unknown-status';

export type RevokeReason =
  /** maxKeyAgeDays is 0: every key, at every sweep. */
  | 'every-key'
  /** At least maxKeyAgeDays old. */
  | 'over-age'
  /** Inactive for deleteAfterDays by the record of earlier sweeps. */
  | 'inactive-long-enough';
