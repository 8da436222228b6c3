import type { RunSummary } from '../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import { endsSoon } from '../rules/until.ts';
import type { KeysweepEvent } from './event-schemas.ts';
import { isCovered } from './not-covered.ts';
import { countUpcoming, upcoming, type UpcomingAccount } from './upcoming.ts';

/** An EventBridge entry has at most 256 KB. */
const TEXTS = 20;
const CHARACTERS = 2_000;

/**
 * Before a sweep: one event for the organization, each armed account and each user.
 * @param run a notice run that has ended
 */
export function plannedEvents(run: StoredRun, sweepAt: string): KeysweepEvent[] {
  const accounts = upcoming(run);
  const about = { ...ofRun(run), sweepAt };
  const total = {
    ...about,
    scope: 'organization' as const,
    ...countUpcoming(accounts),
    accountsNotRead: [...run.accounts.values()].filter((account) => !isCovered(account)).length,
    limitsExceeded: texts((run.limits?.exceeded ?? []).map(({ message }) => message)),
  };
  return [
    { detailType: 'Access Key Revocation Planned', detail: total },
    ...accounts.flatMap((account) => plannedInAccount(account, about)),
  ];
}

function plannedInAccount(
  { account: { id, name }, users }: UpcomingAccount,
  about: ReturnType<typeof ofRun> & { readonly sweepAt: string },
): KeysweepEvent[] {
  const account = { id, name };
  const keys = users.reduce((sum, user) => sum + user.keys.length, 0);
  return [
    {
      detailType: 'Access Key Revocation Planned',
      detail: { ...about, scope: 'account', account, users: users.length, keys },
    },
    ...users.map((user): KeysweepEvent => ({
      detailType: 'Access Key Revocation Planned',
      detail: {
        ...about,
        scope: 'user',
        account,
        userName: user.userName,
        ...(user.address !== undefined && { address: user.address }),
        keys: user.keys.map(({ accessKeyId, action, reason, createDate }) => ({
          accessKeyId,
          action,
          reason,
          createDate: createDate.toISOString(),
        })),
      },
    })),
  ];
}

/** After a sweep: its end, each revoked or escaped key, opt-outs that end this week. Maybe a million. */
export function* sweepEvents(run: StoredRun, summary: RunSummary): Generator<KeysweepEvent> {
  yield endEvent(summary);
  for (const account of run.accounts.values()) yield* revokedIn(account, run);
  for (const account of run.accounts.values()) yield* escapedIn(account, run);
  for (const account of run.accounts.values()) yield* expiringIn(account, run);
}

function escapedIn({ account: { id, name }, plan }: StoredAccount, run: StoredRun): KeysweepEvent[] {
  return (plan?.escaped ?? []).map((escape) => ({
    detailType: 'Access Key Escaped',
    detail: { ...ofRun(run), account: { id, name }, ...escape },
  }));
}

/** After the revocation of leaked keys: each key. */
export function revokedEvents(run: StoredRun): KeysweepEvent[] {
  return [...run.accounts.values()].flatMap((account) => revokedIn(account, run));
}

/** After an undo or a lift: each key. */
export function restoredEvents(run: StoredRun): KeysweepEvent[] {
  const { caller, reason, undoOf } = run.started;
  const why = { ...(undoOf !== undefined && { undoOf }), caller, ...(reason !== undefined && { reason }) };
  return [...run.accounts.values()].flatMap(({ account: { id, name }, writes }) =>
    [...writes.values()].flatMap(({ outcome, userName, accessKeyId }): KeysweepEvent[] => {
      const detail = { ...ofRun(run), account: { id, name }, userName, accessKeyId, ...why };
      if (outcome === 'reactivated') return [{ detailType: 'Access Key Reactivated', detail }];
      return outcome === 'hold-lifted' ? [{ detailType: 'Hold Lifted', detail }] : [];
    }),
  );
}

function endEvent(summary: RunSummary): KeysweepEvent {
  const { verdict, runId, organizationId, startedAt, finishedAt, filtered, accountsListed } = summary;
  const { seen, due, deactivated, deleted, failed } = summary.keys;
  const ended = {
    version: 1 as const,
    organizationId,
    runId,
    ...(summary.scheduledFor !== undefined && { scheduledFor: summary.scheduledFor }),
    startedAt,
    finishedAt,
    filtered,
    accountsListed,
    accounts: { ...summary.accounts },
    keys: { seen, due, deactivated, deleted, failed },
  };
  if (verdict === 'ok')
    return { detailType: 'Sweep Completed', detail: { ...ended, warnings: texts(summary.warnings) } };
  const problems = texts([...summary.limitsExceeded.map(({ message }) => message), ...summary.problems]);
  return { detailType: 'Sweep Failed', detail: { ...ended, reason: verdict, problems } };
}

function revokedIn({ account: { id, name }, writes }: StoredAccount, run: StoredRun): KeysweepEvent[] {
  return [...writes.values()].flatMap(({ outcome, intended, userName, accessKeyId }) => {
    if ((outcome !== 'deactivated' && outcome !== 'deleted') || !intended || intended.reason === 'undo')
      return [];
    const about = { ...ofRun(run), account: { id, name }, userName, accessKeyId };
    return [{ detailType: 'Access Key Revoked', detail: { ...about, outcome, reason: intended.reason } }];
  });
}

function expiringIn({ account: { id, name }, finished }: StoredAccount, run: StoredRun): KeysweepEvent[] {
  const optOut = finished?.optOut;
  if (!optOut || !endsSoon(optOut, new Date(run.started.at))) return [];
  const { owner, reason, until } = optOut;
  const detail = { ...ofRun(run), account: { id, name }, owner, reason, until };
  return [{ detailType: 'Opt-Out Expiring', detail }];
}

function ofRun({ started: { organizationId, runId } }: StoredRun) {
  return { version: 1 as const, organizationId, runId };
}

export interface RunFailure {
  readonly reason: 'interrupted' | 'did-not-run' | 'unfinished';
  readonly organizationId?: string | undefined;
  readonly runId?: string | undefined;
  readonly scheduledFor?: string | undefined;
  readonly problem: string;
}

/** For a run that ended in an error, or that the watchdog found missing or unfinished. */
export function failureEvent({
  reason,
  organizationId,
  runId,
  scheduledFor,
  problem,
}: RunFailure): KeysweepEvent {
  return {
    detailType: 'Sweep Failed',
    detail: {
      version: 1,
      ...(organizationId !== undefined && { organizationId }),
      ...(runId !== undefined && { runId }),
      ...(scheduledFor !== undefined && { scheduledFor }),
      reason,
      problems: texts([problem]),
    },
  };
}

function texts(all: readonly string[]): string[] {
  const shown = all.slice(0, all.length > TEXTS ? TEXTS - 1 : TEXTS).map((text) => text.slice(0, CHARACTERS));
  return all.length > TEXTS ? [...shown, `and ${all.length - shown.length} more`] : shown;
}
