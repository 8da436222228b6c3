import { checkClock, identifyCaller } from '../aws/caller.ts';
import type { Clients } from '../aws/clients.ts';
import { configSha256 } from '../config/hash.ts';
import type { Config } from '../config/schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import type { RunMode, RunStarted } from '../ledger/record.ts';
import { acquireLock, type Lock } from '../ledger/lock.ts';
import { newRunId } from '../ledger/run-id.ts';
import { openRunLog } from '../ledger/run-log.ts';
import { describeOrganization } from '../organization/describe.ts';
import type { Filters } from '../targets/filters.ts';
import { VERSION } from '../config/version.ts';
import { until, type Deadline } from './deadline.ts';
import { OtherOrganizationError } from './errors.ts';
import type { Progress } from './progress.ts';
import type { RunContext } from './run-context.ts';

/** What a run is made with; nothing of it is global. */
export interface RunDependencies {
  readonly config: Config;
  readonly clients: Clients;
  readonly store: ObjectStore;
  readonly deadline: Deadline;
  readonly progress: Progress;
  readonly now: () => Date;
  /** Three hex digits. */
  readonly random: () => string;
  /** Names this machine among all that share the ledger, for its lock: ledger/host.ts. */
  readonly host: string;
}

export interface RunToBegin {
  readonly mode: RunMode;
  readonly filters: Filters;
  /** A new one when left out. */
  readonly runId?: string | undefined;
  readonly undoOf?: string | undefined;
  /** The time of the schedule that started it, as ISO 8601. */
  readonly scheduledFor?: string | undefined;
  /** The time of the sweep that this plan gives notice of, as ISO 8601. */
  readonly noticeFor?: string | undefined;
  /** Begin in no other organization than the one that something is of, such as the run to undo. */
  readonly onlyIn?: { readonly what: string; readonly organizationId: string } | undefined;
}

/**
 * Finds out who and where keysweep is, takes the ledger's lock for a run that may write, and opens the run's log.
 * @throws CallFailedError when that cannot be told; OtherOrganizationError; LockHeldError while another run writes; RunIdTakenError when the id has
 *   been used; the ledger's error
 */
export async function beginRun(run: RunToBegin, dependencies: RunDependencies): Promise<RunContext> {
  const { clients, store, deadline, now, random, host, config } = dependencies;
  const startedAt = now();
  const caller = await identifyCaller(clients.sts, deadline.reading);
  checkClock(caller, now());
  const organization = await describeOrganization(clients.organizations, deadline.reading);
  if (run.onlyIn && run.onlyIn.organizationId !== organization.id)
    throw new OtherOrganizationError(run.onlyIn.what, run.onlyIn.organizationId, organization.id);
  const runId = run.runId ?? newRunId(startedAt, random);
  const lock = run.mode === 'plan' ? NO_LOCK : await acquireLock(store, { runId, host, now });
  const log = openRunLog(store, runId);
  const begun = log.append([runStarted(run, { runId, startedAt, organization, caller, config })]);
  await begun.catch(async (error: unknown) => {
    // Held on, it would be renewed for as long as this process lives, and a Lambda's goes on to the next run.
    await lock.release().catch(() => undefined);
    throw error;
  });
  return {
    ...dependencies,
    deadline: until(lock.lost, deadline),
    runId,
    mode: run.mode,
    startedAt,
    scheduledFor: run.scheduledFor,
    noticeFor: run.noticeFor,
    caller,
    organization,
    log,
    lock,
  };
}

/** Does the work of a run that has begun, and releases its lock; what the work failed of is not hidden by a release that fails too. */
export async function underLock<Result>(
  { lock }: Pick<RunContext, 'lock'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const result = await work().catch(async (error: unknown) => {
    await lock.release().catch(() => undefined);
    throw error;
  });
  await lock.release();
  return result;
}

/** The record with which a run begins. */
export function runStarted(
  { mode, filters, undoOf, scheduledFor, noticeFor }: RunToBegin,
  of: Pick<RunContext, 'runId' | 'startedAt' | 'organization' | 'caller' | 'config'>,
): RunStarted {
  return {
    type: 'run-started',
    at: of.startedAt.toISOString(),
    runId: of.runId,
    mode,
    version: VERSION,
    organizationId: of.organization.id,
    managementAccountId: of.organization.managementAccountId,
    caller: of.caller.arn,
    configSha256: configSha256(of.config),
    ...(isFiltered(filters) && { filters: recorded(filters) }),
    ...(undoOf !== undefined && { undoOf }),
    ...(scheduledFor !== undefined && { scheduledFor }),
    ...(noticeFor !== undefined && { noticeFor }),
  };
}

/** A plan writes nothing that another run could write over. */
export const NO_LOCK: Lock = {
  lost: new AbortController().signal,
  confirm: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

export function isFiltered({ accounts, organizationalUnits }: Filters): boolean {
  return accounts !== undefined || organizationalUnits !== undefined;
}

function recorded({ accounts, organizationalUnits }: Filters) {
  return { ...(accounts && { accounts }), ...(organizationalUnits && { organizationalUnits }) };
}
