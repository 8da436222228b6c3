import type { Caller } from '../aws/caller.ts';
import type { Clients } from '../aws/clients.ts';
import type { DeployedClients } from './deployed/clients.ts';
import type { Config } from '../config/schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import type { Organization } from '../organization/describe.ts';
import type { Deadline } from '../sweep/deadline.ts';
import type { Progress } from '../sweep/progress.ts';

/** What an examination is made with; nothing of it is global. */
export interface DoctorDependencies {
  readonly config: Config;
  readonly clients: Clients;
  /** Undefined where accounts.json names no deployment. */
  readonly deployed: DeployedClients | undefined;
  readonly store: ObjectStore;
  /** Names this machine, for the lock of the ledger. */
  readonly host: string;
  readonly deadline: Deadline;
  readonly progress: Progress;
  readonly now: () => Date;
  /** Three hex digits. */
  readonly random: () => string;
}

/** The same, once it is known who is asking and where. */
export interface DoctorContext extends DoctorDependencies {
  readonly caller: Caller;
  readonly organization: Organization;
  /** Becomes part of the names of sessions, so that CloudTrail names the examination. */
  readonly runId: string;
  readonly startedAt: Date;
}
