import { checkClock, identifyCaller } from '../aws/caller.ts';
import { given } from '../config/given.ts';
import { configSha256 } from '../config/hash.ts';
import { settingsToRecord } from '../config/recorded-settings.ts';
import { decides, type RunMode, type RunStarted, type RunSummary } from '../ledger/record.ts';
import { acquireLock, HELD_MINUTES, type Lock } from '../ledger/lock.ts';
import { newRunId } from '../ledger/run-id.ts';
import { openRunLog } from '../ledger/run-log.ts';
import { runBefore } from '../ledger/runs.ts';
import { describeOrganization } from '../organization/describe.ts';
import type { Filters } from '../targets/filters.ts';
import { VERSION } from '../config/version.ts';
import { releaseAfter } from './conclude.ts';
import { writeUntil } from './deadline.ts';
import { OtherOrganizationError } from './errors.ts';
import type { RunContext, RunDependencies } from './run-context.ts';

export interface RunToBegin extends Pick<RunContext, 'scheduledFor' | 'noticeFor'> {
  readonly mode: RunMode;
  readonly filters: Filters;
  /** A new one when left out. */
  readonly runId?: string | undefined;
  readonly undoOf?: string | undefined;
  /** Why somebody started it. */
  readonly reason?: string | undefined;
  /** Users whose keys an undo restores although they are outside the groups or in quarantine. */
  readonly overrideUsers?: readonly string[] | undefined;
  /** Leaked keys that an undo restores, and takes off the deny list. */
  readonly leakedKeys?: readonly string[] | undefined;
  /** The plan to apply or the run to undo: it must be of this organization. */
  readonly basedOn?: { readonly what: string; readonly organizationId: string } | undefined;
}

/**
 * Takes the ledger's lock for a run that may write, and opens the run's log.
 * @throws CallFailedError; OtherOrganizationError; LockHeldError while another run writes; RunIdTakenError;
 *   the ledger's error
 */
export async function beginRun(run: RunToBegin, dependencies: RunDependencies): Promise<RunContext> {
  const { clients, store, deadline, now, random, host, config, otherLedger } = dependencies;
  const startedAt = now();
  const caller = await identifyCaller(clients.sts, deadline.reading);
  checkClock(caller, now());
  const organization = await describeOrganization(clients.organizations, deadline.reading);
  if (run.basedOn && run.basedOn.organizationId !== organization.id)
    throw new OtherOrganizationError(run.basedOn.what, run.basedOn.organizationId, organization.id);
  const { mode, scheduledFor, runId = newRunId(startedAt, random) } = run;
  const lock =
    mode === 'plan' || mode === 'inventory' ? NO_LOCK : await acquireLock(store, { runId, host, now });
  const log = openRunLog(store, runId);
  const about = { runId, startedAt, organization, caller, config, store, otherLedger };
  const start = runStarted(run, about);
  // A filter that names nothing is a typing error, and makes no run.
  const started = start.then((record) =>
    isFiltered(run.filters) ? log.prepare(record) : log.append([record]),
  );
  await started.catch(async (error: unknown) => {
    // Otherwise the lock is renewed as long as this process lives, which a Lambda's does across runs.
    await lock.release().catch(() => undefined);
    throw error;
  });
  return {
    ...dependencies,
    ...{ runId, mode, startedAt, scheduledFor, caller, organization, log, lock },
    // A sweep decides for now.
    noticeFor: mode === 'plan' ? run.noticeFor : undefined,
    deadline: writeUntil(lock.lost, deadline),
  };
}

/** Releases the lock after the work. If that fails, the summary has one more warning. */
export async function withLock(
  { lock }: Pick<RunContext, 'lock'>,
  work: () => Promise<RunSummary>,
): Promise<RunSummary> {
  const summary = await work().catch(async (error: unknown) => {
    await lock.release().catch(() => undefined);
    throw error;
  });
  return releaseAfter(summary, () => lock.release(), HELD_MINUTES);
}

/** @throws the ledger's error */
export async function runStarted(
  { mode, filters, undoOf, scheduledFor, noticeFor, reason, overrideUsers, leakedKeys }: RunToBegin,
  of: Pick<
    RunContext,
    'runId' | 'startedAt' | 'organization' | 'caller' | 'config' | 'store' | 'otherLedger'
  >,
): Promise<RunStarted> {
  const previous = await runBefore(of.store, of.runId);
  return {
    type: 'run-started',
    at: of.startedAt.toISOString(),
    runId: of.runId,
    mode,
    keysweepVersion: VERSION,
    organizationId: of.organization.id,
    managementAccountId: of.organization.managementAccountId,
    caller: of.caller.arn,
    configSha256: configSha256(of.config),
    ...(decides(mode) && { settings: settingsToRecord(of.config) }),
    ...(isFiltered(filters) && { filters: given(filters) }),
    ...given({ undoOf, reason, overrideUsers, leakedKeys, scheduledFor, noticeFor }),
    ...(of.otherLedger === true && { otherLedger: true as const }),
    ...given({ previous }),
  };
}

/** For a plan or an inventory, which write to no account. */
export const NO_LOCK: Lock = {
  lost: new AbortController().signal,
  confirm: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

export function isFiltered({ accounts, organizationalUnits }: Filters): boolean {
  return accounts !== undefined || organizationalUnits !== undefined;
}
