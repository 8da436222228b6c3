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
  readonly action: 'keep';
  readonly reason: KeepReason;
}

export interface Revoke extends AboutKey {
  readonly action: 'deactivate' | 'delete';
  readonly reason: RevokeReason;
}

export type KeepReason =
  /** keysweep itself runs with this key. */
  | 'own-key'
  /** Due, and not in the plan file that is being applied. */
  | 'not-in-plan'
  /** The user's name, group or tag is exempt. */
  | 'exempt.users'
  | 'exempt.groups'
  | 'exempt.userTag'
  /** The rules are for users with a console password and this one has none. */
  | 'no-console-access'
  /** An undo protects the key until a date. */
  | 'on-hold'
  /** Younger than maxKeyAgeDays. */
  | 'maxKeyAgeDays not reached'
  /** Inactive already, and the rules do not delete. */
  | 'mode is deactivate'
  /** Inactive, and deleteAfterDays have not passed since a sweep first recorded that. */
  | 'deleteAfterDays not reached'
  /** A status that this version does not know: nothing is written to such a key. */
  | 'unknown-status';

export type RevokeReason =
  /** maxKeyAgeDays is 0: every key, at every sweep. */
  | 'maxKeyAgeDays is 0'
  /** At least maxKeyAgeDays old. */
  | 'maxKeyAgeDays reached'
  /** Inactive for deleteAfterDays by the record of earlier sweeps. */
  | 'deleteAfterDays reached';
