import type { Caller } from '../aws/caller.ts';
import type { Clients } from '../aws/clients.ts';
import type { Config } from '../config/schema.ts';
import type { Lock } from '../ledger/lock.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import type { RunMode } from '../ledger/record.ts';
import type { RunLog } from '../ledger/run-log.ts';
import type { Organization } from '../organization/describe.ts';
import type { Deadline } from './deadline.ts';
import type { Progress } from './progress.ts';

/** What every step of one run shares. */
export interface RunContext {
  readonly runId: string;
  readonly mode: RunMode;
  /** When the run began; rules, opt-outs and holds are all judged by this one instant, but for those of a notice run. */
  readonly startedAt: Date;
  /** The time of the schedule that started it, as ISO 8601; undefined: a person did. */
  readonly scheduledFor?: string | undefined;
  /** The time of the sweep that the run gives notice of, as ISO 8601: by it everything is judged. */
  readonly noticeFor?: string | undefined;
  readonly config: Config;
  readonly clients: Clients;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly store: ObjectStore;
  readonly log: RunLog;
  /** Held by a run that may write; released at its end. */
  readonly lock: Lock;
  readonly deadline: Deadline;
  readonly progress: Progress;
  /** The clock, for the times that records carry. */
  readonly now: () => Date;
}

/** The instant by which rules, opt-outs and holds are judged. */
export function decidedAt({ startedAt, noticeFor }: Pick<RunContext, 'startedAt' | 'noticeFor'>): Date {
  return noticeFor === undefined ? startedAt : new Date(noticeFor);
}
