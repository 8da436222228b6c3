import type { Caller } from '../aws/caller.ts';
import type { Clients } from '../aws/clients.ts';
import type { Config } from '../config/schema.ts';
import type { DenyList } from '../ledger/deny-list.ts';
import type { Lock } from '../ledger/lock.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import type { LimitsChecked, RunMode } from '../ledger/record.ts';
import type { RunLog } from '../ledger/run-log.ts';
import type { Organization } from '../organization/describe.ts';
import type { Deadline } from './deadline.ts';
import type { Progress } from './progress.ts';

/** What a run needs; nothing of it is global. */
export interface RunDependencies {
  readonly config: Config;
  readonly clients: Clients;
  readonly store: ObjectStore;
  readonly deadline: Deadline;
  readonly progress: Progress;
  readonly now: () => Date;
  /** Three hex digits. */
  readonly random: () => string;
  /** Identifies this machine in the ledger's lock: ledger/host.ts. */
  readonly host: string;
  /** The store is not the deployed ledger, though there is a deployment. */
  readonly otherLedger?: boolean | undefined;
}

/** Shared by all steps of a run. */
export interface RunContext extends Omit<RunDependencies, 'random' | 'host'> {
  readonly runId: string;
  readonly mode: RunMode;
  /** All decisions are made for this instant, except in a notice run. */
  readonly startedAt: Date;
  /** The time of the schedule that started it, as ISO 8601; undefined: a person started it. */
  readonly scheduledFor?: string | undefined;
  /** The time of the sweep that this run announces, as ISO 8601: all decisions are made for it. */
  readonly noticeFor?: string | undefined;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly log: RunLog;
  readonly lock: Lock;
  /** Leaked keys; undefined: not read, as where nothing is decided. */
  readonly leaked?: DenyList | undefined;
  /** Accounts and keys that are not written to; undefined: not checked, as in an undo. */
  readonly limits?: LimitsChecked | undefined;
}

/** The instant for which rules, opt-outs and holds are evaluated. A sweep has no `noticeFor`. */
export function decisionTime({ startedAt, noticeFor }: Pick<RunContext, 'startedAt' | 'noticeFor'>): Date {
  return noticeFor === undefined ? startedAt : new Date(noticeFor);
}
