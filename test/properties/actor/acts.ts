import type { Place, Tags, UserFacts } from '../story.ts';

interface InAccount {
  readonly account: number;
}

/** A user, counted by the time of creation, round and round. */
interface OfUser extends InAccount {
  readonly user: number;
}

/** What somebody does to the organization. The impossible, such as a name that is taken, changes nothing. */
export type Act =
  | (InAccount & { readonly type: 'create-user'; readonly as: UserFacts })
  | (OfUser & { readonly type: 'delete-user' })
  /** Deletes the user and creates another of the same name: a new user ID. */
  | (OfUser & { readonly type: 'recreate-user'; readonly as: Omit<UserFacts, 'userName'> })
  | (OfUser & { readonly type: 'rename-user'; readonly to: string })
  /** Two users exchange their names. */
  | (OfUser & { readonly type: 'swap-names'; readonly other: number })
  /** The user is renamed, and the other one gets the name. */
  | (OfUser & { readonly type: 'take-name'; readonly other: number })
  | (OfUser & { readonly type: 'regroup'; readonly groups: readonly string[] })
  | (OfUser & { readonly type: 'tag-user'; readonly tags: Tags })
  | (OfUser & { readonly type: 'password'; readonly has: boolean })
  | (OfUser & { readonly type: 'create-key'; readonly ageDays: number })
  /** A key of the account, counted by the time of creation, round and round. */
  | (InAccount & { readonly type: 'set-key'; readonly key: number; readonly to: KeyChange })
  | (InAccount & { readonly type: 'delete-group'; readonly group: string })
  | (InAccount & { readonly type: 'delete-role' })
  | (InAccount & { readonly type: 'tag-account'; readonly tags: Tags })
  | (InAccount & { readonly type: 'move'; readonly to: Place })
  /** Never the management account. */
  | (InAccount & { readonly type: 'close' })
  | (InAccount & { readonly type: 'leave' })
  | { readonly type: 'minutes'; readonly minutes: number };

export type KeyChange = 'Active' | 'Inactive' | 'used' | 'gone';

/**
 * When: before the call of that number, counted from 0; before the nth call of that name; before the nth call
 * after the limits were checked; when the process has died.
 */
export type Moment =
  number | { readonly call: string; readonly nth: number } | { readonly afterLimits: number } | 'death';

export interface PlannedAct {
  /** The run of the story, counted from 0. An act whose moment does not come happens after that run. */
  readonly run: number;
  readonly before: Moment;
  readonly act: Act;
}
