import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { PageOptions } from '../../sandbox/server/server-state.ts';
import type { Fault } from '../../sandbox/faults/faults.ts';

/**
 * An organization, its accounts.json and what happens to them, as plain facts. From it the sandbox is built,
 * the model foretells, and a counter-example is told. Accounts and OUs are named by their place in the lists.
 */
export interface Facts {
  readonly units: readonly UnitFacts[];
  /** The first one is the management account. */
  readonly accounts: readonly AccountFacts[];
  readonly denials: readonly Denial[];
  readonly config: ConfigFacts;
  readonly filters: { readonly accounts?: readonly number[]; readonly units?: readonly Place[] };
  readonly pages: PageOptions;
  readonly planFirst: boolean;
  /** Before the first sweep. */
  readonly before?: readonly Chapter[];
  /** Of the first sweep; everything after it goes without. */
  readonly faults: readonly FaultFacts[];
  /** Of the ledger, in the first sweep. */
  readonly storeFault?: StoreFault | undefined;
  readonly chapters: readonly Chapter[];
}

/** An OU by its place in the list, or the root. */
export type Place = number;
export const ROOT: Place = -1;

export interface UnitFacts {
  readonly name: string;
  /** One that stands earlier in the list, or the root. */
  readonly above: Place;
}

export interface AccountFacts {
  readonly place: Place;
  readonly state: string;
  readonly tags: Tags;
  /** What awaits whoever wants to assume the rotation role. */
  readonly door: 'open' | 'no-role' | 'distrusts' | 'asks-for-id';
  readonly users: readonly UserFacts[];
  /** Groups without members. */
  readonly emptyGroups: readonly string[];
  /** It has left the organization. */
  readonly away?: boolean;
}

export interface UserFacts {
  readonly userName: string;
  readonly groups: readonly string[];
  readonly tags: Tags;
  readonly console: boolean;
  readonly keys: readonly KeyFacts[];
}

export interface KeyFacts {
  readonly status: string;
  /** Negative: created in the future. */
  readonly ageDays: number;
  readonly lastUsedDaysAgo?: number | undefined;
}

/** Actions that a service control policy denies. */
export interface Denial {
  readonly on: { readonly account: number } | { readonly unit: Place };
  readonly actions: readonly string[];
}

export interface ConfigFacts {
  readonly defaults: SettingsFacts & { readonly groups: readonly string[] };
  readonly ofUnits: readonly (SettingsFacts & { readonly unit: Place })[];
  readonly ofAccounts: readonly (SettingsFacts & { readonly account: number })[];
  readonly scope?: readonly Place[] | undefined;
  /** The exemptions of the defaults are marked so. */
  readonly mayMatchNothing?: boolean;
  readonly managementAccount: boolean;
  readonly optOutTag: string | false;
  readonly optOuts: readonly { readonly account: number; readonly daysLeft: number }[];
  readonly externalId?: string | undefined;
  readonly maxKeys: number;
  readonly limits?: LimitsFacts | undefined;
  readonly concurrency: { readonly accounts: number; readonly callsPerAccount: number };
}

export interface LimitsFacts {
  readonly maxGrowth?: number | undefined;
  readonly maxShareOfKeys?: number | undefined;
  readonly maxAccountsDrop?: number | undefined;
  readonly maxCannotAssume?: number | undefined;
  readonly maxKeysPerAccount?: number | undefined;
  readonly maxGrowthPerAccount?: number | undefined;
}

/** What is absent is left to the defaults of keysweep, or in an override to what is below it. */
export interface SettingsFacts {
  readonly armed?: boolean | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly rules?: RulesFacts | undefined;
  readonly exempt?: ExemptFacts | undefined;
}

export interface RulesFacts {
  readonly maxKeyAgeDays?: number | undefined;
  readonly maxUnusedDays?: number | false | undefined;
  readonly mode?: 'deactivate' | 'deactivate-then-delete' | 'delete' | undefined;
  readonly deleteAfterDays?: number | undefined;
  readonly users?: 'all' | 'with-console-access' | undefined;
}

export interface ExemptFacts {
  readonly users?: readonly string[] | undefined;
  readonly userTag?: string | false | undefined;
  readonly groups?: readonly string[] | undefined;
}

export type FaultFacts = Omit<Fault, 'account' | 'where' | 'instead'> & {
  readonly account?: number | undefined;
  readonly instead?: OtherFacts | undefined;
};

/** Whose answer a call gets: of another call, in another account or organization, or about somebody else. */
export interface OtherFacts {
  readonly of: 'call' | 'account' | 'subject';
  /** Counted round and round. */
  readonly number: number;
}

/** The actions of a sweep in an account. */
export const ACTIONS = [
  'iam:GetGroup',
  'iam:ListAccessKeys',
  'iam:ListUserTags',
  'iam:GetLoginProfile',
  'iam:GetAccessKeyLastUsed',
  'iam:UpdateAccessKey',
  'iam:DeleteAccessKey',
] as const;

/** The operation of that number, counted from 1, fails; all others are carried out. */
export interface StoreFault {
  readonly operation: Exclude<keyof ObjectStore, 'location'>;
  readonly nth: number;
  readonly afterEffect: boolean;
}

export type Chapter =
  | Change
  | { readonly type: 'sweep' }
  | { readonly type: 'plan' }
  /**
   * The sweep of that number, counted from 0; the last one when there were fewer. Of one account, or of all.
   */
  | { readonly type: 'undo'; readonly sweep: number; readonly account?: number }
  | { readonly type: 'days'; readonly days: number }
  /** Somebody activates every inactive key of the account. */
  | { readonly type: 'activate'; readonly account: number }
  /** Somebody activates, uses and deactivates every inactive key of the account. */
  | { readonly type: 'use'; readonly account: number }
  /** What the last plan wrote to a file is carried out. */
  | { readonly type: 'apply' }
  /** Somebody deletes, deactivates or activates a key; counted round and round in its account. */
  | {
      readonly type: 'set-key';
      readonly account: number;
      readonly key: number;
      readonly to: 'Active' | 'Inactive' | 'gone';
    }
  | {
      readonly type: 'new-keys';
      readonly account: number;
      readonly user: number;
      readonly count: number;
      readonly ageDays: number;
    };

/** What becomes another fact. Users are counted by their place in the account, round and round. */
export type Change =
  | { readonly type: 'move'; readonly account: number; readonly to: Place }
  /** The management account never does. */
  | { readonly type: 'leave'; readonly account: number }
  | { readonly type: 'join'; readonly account: number }
  | {
      readonly type: 'regroup';
      readonly account: number;
      readonly user: number;
      readonly groups: readonly string[];
    }
  | { readonly type: 'tag-user'; readonly account: number; readonly user: number; readonly tags: Tags }
  | { readonly type: 'tag-account'; readonly account: number; readonly tags: Tags };

export type Tags = Readonly<Record<string, string>>;

/** What the rotation role asks for where its door asks for an id. */
export const EXTERNAL_ID = 'keysweep-7';

/** Noon, so that no day ends while a story is played. Sessions end by the machine's clock, for the SDK. */
export const BEGINNING = new Date('2099-01-15T12:00:00Z');
export const DAY = 24 * 60 * 60 * 1000;
