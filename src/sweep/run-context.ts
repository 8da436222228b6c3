import type { Caller } from '../access/caller.ts';
import type { Clients } from '../access/clients.ts';
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
  /** When the run began; rules, opt-outs and holds are all judged by this one instant. */
  readonly startedAt: Date;
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
