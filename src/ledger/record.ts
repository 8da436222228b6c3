import type { Failure } from '../aws/failure.ts';
import type { Rules } from '../config/schema.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { ListedUnit } from '../organization/ou-tree.ts';
import type { ExceededLimit } from '../rules/breaker.ts';
import type { MachineUser } from '../rules/machine-user.ts';
import type { KeyDecision, Revoke } from '../rules/decision.ts';

/**
 * What a run writes down, in the order in which it happens. A run is read by folding these; nothing else holds its
 * truth. Dates are ISO 8601 in UTC; no record ever holds a secret, a session token or a key's secret half.
 */
export type LedgerRecord =
  | RunStarted
  | AccountsListed
  | AccountPlanned
  | LimitsChecked
  | WritesIntended
  | WritesDone
  | AccountFinished
  | RequestsSent
  | RunFinished
  | NoticeSent
  | NoticeFailed;

/** plan: decides and writes nothing. sweep: decides, then revokes in armed targets. undo: re-activates what a sweep deactivated. */
export type RunMode = 'plan' | 'sweep' | 'undo';

export interface RunStarted {
  readonly type: 'run-started';
  readonly at: string;
  readonly runId: string;
  readonly mode: RunMode;
  /** keysweep's own version. */
  readonly version: string;
  readonly organizationId: string;
  readonly managementAccountId: string;
  /** ARN that `GetCallerIdentity` gave. */
  readonly caller: string;
  /** SHA-256 of the configuration in force, as hex. */
  readonly configSha256: string;
  /** Set when only some accounts were asked for (`--account`, `--ou`). */
  readonly filters?: {
    readonly accounts?: readonly string[];
    readonly organizationalUnits?: readonly string[];
  };
  /** The run that an undo restores. */
  readonly undoOf?: string;
  /** The time of the schedule that started it; a run that a person started has none. */
  readonly scheduledFor?: string;
  /** The time of the sweep that this plan gives notice of. */
  readonly noticeFor?: string;
}

/** Every account that `ListAccounts` returned; each ends in exactly one {@link AccountFinished}. */
export interface AccountsListed {
  readonly type: 'accounts-listed';
  readonly at: string;
  readonly accounts: readonly OrganizationAccount[];
  /** Where they hang, as far as the run had to find out: for people's eyes, no decision rests on it. Parents come first. */
  readonly units?: readonly ListedUnit[];
}

/** What was read in one target and decided about it. */
export interface AccountPlanned {
  readonly type: 'account-planned';
  readonly at: string;
  readonly accountId: string;
  readonly armed: boolean;
  readonly users: number;
  /** Configured groups (and exempt groups) that do not exist in this account. */
  readonly missingGroups: readonly string[];
  readonly decisions: readonly KeyDecision[];
  /** Users about whom too little could be read: none of their keys is written to. */
  readonly unread: readonly UnreadUser[];
  /** Of those with due keys; absent: none. Whether they have a console password is read by plans only. */
  readonly machineUsers?: readonly MachineUser[];
  /** The rules in force here; records of before 0.1.0 was released may lack them, and `remembered`. */
  readonly rules?: Pick<Rules, 'maxKeyAgeDays' | 'mode' | 'deleteAfterDays'>;
  /** What earlier runs recorded about keys that this one saw: what comes next for a key rests on it. */
  readonly remembered?: readonly RememberedOfKey[];
  /** Of users with keys that are due, where mails to them are configured; one without the tag is not here. */
  readonly contacts?: readonly Contact[];
}

/** What the configured tag of a user holds: a mail address, or what somebody took for one. */
export interface Contact {
  readonly userName: string;
  readonly address: string;
}

export interface RememberedOfKey {
  readonly accessKeyId: string;
  /** Start of the sweep that first recorded the key as inactive. */
  readonly inactiveSince?: Date;
  /** An undo protects the key until then. */
  readonly holdUntil?: Date;
}

export interface UnreadUser {
  readonly userName: string;
  readonly failure: Failure;
}

/** The breaker's verdict between planning and writing. */
export interface LimitsChecked {
  readonly type: 'limits-checked';
  readonly at: string;
  readonly exceeded: readonly ExceededLimit[];
}

/** Stored before the first of these writes is sent. An intent without a result: the write may have happened. */
export interface WritesIntended {
  readonly type: 'writes-intended';
  readonly at: string;
  readonly accountId: string;
  readonly writes: readonly IntendedWrite[];
}

export interface IntendedWrite {
  readonly accessKeyId: string;
  readonly userName: string;
  readonly action: 'deactivate' | 'delete' | 'reactivate';
  readonly reason: Revoke['reason'] | 'undo';
  readonly statusBefore: string;
}

export interface WritesDone {
  readonly type: 'writes-done';
  readonly at: string;
  readonly accountId: string;
  readonly results: readonly WriteResult[];
}

export interface WriteResult {
  readonly accessKeyId: string;
  readonly userName: string;
  readonly outcome: KeyOutcome;
  /** Set with `failed`, `unconfirmed` and `not-attempted`. */
  readonly failure?: Failure;
}

/**
 * already-gone: AWS said NoSuchEntity, which also follows a delete whose first answer was lost. unconfirmed: the answer
 * never came, so the key may have changed. not-attempted: decided, and left alone because the run had to stop.
 */
export type KeyOutcome =
  'deactivated' | 'deleted' | 'reactivated' | 'already-gone' | 'failed' | 'unconfirmed' | 'not-attempted';

/** How one account ended; every account that was listed has exactly one. */
export type AccountOutcome = OkOutcome | BadOutcome;

/** planned: keys are due and were left alone, because this run plans, the account is not armed, or a limit stopped the sweep. */
export const OUTCOMES = {
  ok: ['swept', 'nothing-due', 'planned', 'opted-out', 'out-of-scope', 'not-active'],
  bad: ['cannot-assume', 'denied', 'throttled', 'not-reached', 'failed'],
} as const satisfies { readonly ok: readonly string[]; readonly bad: readonly Failure['kind'][] };

export type OkOutcome = (typeof OUTCOMES.ok)[number];
export type BadOutcome = (typeof OUTCOMES.bad)[number];

/** Whether an account ended well: a run is ok only when all did. */
export function isOk(outcome: AccountOutcome): outcome is OkOutcome {
  return (OUTCOMES.ok as readonly string[]).includes(outcome);
}

export interface AccountFinished {
  readonly type: 'account-finished';
  readonly at: string;
  readonly accountId: string;
  readonly outcome: AccountOutcome;
  /** In words: the opt-out's owner and reason, the call that failed, the OU that is out of scope. Empty when it went as planned. */
  readonly reason: string;
  readonly keys: KeyCounts;
  /** Set for an account that accounts.json opts out. `until`: its last day, such as `2027-01-31`. */
  readonly optOut?: { readonly owner: string; readonly reason: string; readonly until: string };
}

/** Keys of the members of the configured groups, counted once each. */
export interface KeyCounts {
  readonly seen: number;
  readonly kept: number;
  /** Decided as deactivate or delete, whether or not it was carried out. */
  readonly due: number;
  readonly deactivated: number;
  readonly deleted: number;
  readonly reactivated: number;
  readonly alreadyGone: number;
  readonly failed: number;
}

/**
 * What one step of a run of several processes sent to AWS since it last said so; the run's end adds these up. What a process sent
 * and never told is in none of them.
 */
export interface RequestsSent {
  readonly type: 'requests-sent';
  readonly at: string;
  readonly calls: number;
  readonly throttles: number;
}

export interface RunFinished {
  readonly type: 'run-finished';
  readonly at: string;
  readonly summary: RunSummary;
}

/** Where a notice goes: EventBridge, the SNS topic, or the mailbox of a person. */
export type NoticeChannel = 'events' | 'topic' | 'mail';

/** What was told to whom about a run, once it had ended. Records of the writer `notices` of that run. */
interface NoticeRecord {
  readonly at: string;
  readonly channel: NoticeChannel;
  /** Such as the detail type of events, the subject of a message, or the address of a mail. */
  readonly what: string;
  /** Events, messages or mails; 0: there was nobody to tell. */
  readonly count: number;
}

export interface NoticeSent extends NoticeRecord {
  readonly type: 'notice-sent';
}

export interface NoticeFailed extends NoticeRecord {
  readonly type: 'notice-failed';
  readonly failure: Failure;
}

/** ok: every account ended well. incomplete: some did not, or a problem concerns the whole run. stopped: a limit was exceeded and nothing was written. */
export type RunVerdict = 'ok' | 'incomplete' | 'stopped';

/** Stored a second time beside the records, so that runs can be listed without reading them. */
export interface RunSummary {
  readonly runId: string;
  readonly mode: RunMode;
  readonly undoOf?: string;
  readonly organizationId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly verdict: RunVerdict;
  /** True when `--account` or `--ou` narrowed the run: it says nothing about the rest of the organization. */
  readonly filtered: boolean;
  readonly accountsListed: number;
  /** Accounts per outcome; adds up to accountsListed. */
  readonly accounts: Readonly<Partial<Record<AccountOutcome, number>>>;
  readonly keys: KeyCounts;
  readonly exceeded: readonly ExceededLimit[];
  /** What makes the run incomplete beyond single accounts, such as a configured group that exists nowhere. */
  readonly problems: readonly string[];
  /** What the operator should hear of although it fails nothing, such as an opt-out that ends this week. */
  readonly notices: readonly string[];
  readonly scheduledFor?: string;
  readonly noticeFor?: string;
  /** Somebody was asked whether to revoke, and did not say yes: nothing was written, and no later sweep is compared with this one. */
  readonly declined?: true;
  /**
   * Requests sent to AWS, each attempt of a call counted, and those of them that AWS throttled; since 0.1.0. Of a run of several
   * processes: at least so many.
   */
  readonly calls?: number;
  readonly throttles?: number;
}
