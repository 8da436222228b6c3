import type { DenyList } from '../ledger/deny-list.ts';
import type { Stored } from '../ledger/parse-stored.ts';
import type { ListedRuns } from '../ledger/list-runs.ts';
import type { AccountInventoried, RunStarted } from '../ledger/record.ts';
import type { StoredAccount, StoredRun, StoredWrite } from '../ledger/stored-run.ts';
import type { Examination } from '../doctor/finding.ts';
import type { UndoPlan } from '../sweep/undo/plan-undo.ts';
import { countFindings } from './doctor.ts';
import type { JSON_SCHEMAS } from './json-schemas.ts';
import { printableJson } from './printable.ts';

/** What `--json` prints, by the name of the document. */
export type Documents = {
  readonly [Name in keyof typeof JSON_SCHEMAS]: Stored<(typeof JSON_SCHEMAS)[Name]>;
};

/** The text of a document, which begins with its version. */
export function json<Name extends keyof Documents>(document: Omit<Documents[Name], 'version'>): string {
  return printableJson({ version: 1, ...document });
}

/** A run as the ledger holds it. */
export function runJson({ started, accounts, limits, summary, notices }: StoredRun): string {
  return json<'run'>({
    run: startOf(started),
    summary: summary ?? null,
    limitsExceeded: limits?.exceeded ?? [],
    notices: notices.map(({ type, at: sentAt, ...notice }) => ({
      status: type === 'notice-sent' ? 'sent' : 'failed',
      sentAt,
      ...notice,
    })),
    accounts: [...accounts.values()].map(accountOf),
  });
}

function startOf({ type: _type, at: startedAt, runId, ...start }: RunStarted): Documents['run']['run'] {
  return { runId, startedAt, ...start };
}

function accountOf(stored: StoredAccount): Documents['run']['accounts'][number] {
  const { account, plan, writes, finished, inventory } = stored;
  const { id: accountId, name: accountName, state, isManagementAccount } = account;
  return {
    accountId,
    accountName,
    state,
    isManagementAccount,
    outcome: finished?.outcome ?? null,
    reason: finished?.reason ?? '',
    keys: finished?.keys ?? null,
    armed: plan?.armed ?? null,
    users: plan?.users ?? null,
    missingGroups: plan?.missingGroups ?? [],
    escaped: plan?.escaped ?? [],
    decisions: iso(plan?.decisions ?? []),
    unreadUsers: plan?.unreadUsers ?? [],
    inventory: inventory ? inventoryOf(inventory) : null,
    writes: [...writes.values()].map(({ intended, ...write }) => ({
      ...write,
      action: intended?.action ?? null,
      reason: intended?.reason ?? null,
      statusBefore: intended?.statusBefore ?? null,
    })),
  };
}

function inventoryOf({ type: _type, at: _at, accountId: _id, ...inventory }: AccountInventoried) {
  return iso(inventory);
}

type Iso<Of> = Of extends Date
  ? string
  : Of extends readonly (infer Item)[]
    ? Iso<Item>[]
    : Of extends object
      ? { [Key in keyof Of]: Iso<Of[Key]> }
      : Of;

/** Dates as JSON has them. */
function iso<Of>(of: Of): Iso<Of> {
  return JSON.parse(JSON.stringify(of)) as Iso<Of>;
}

export function undoJson({ runId, organizationId, accounts }: UndoPlan, denied: DenyList): string {
  type Key = Documents['undo']['keys'][number];
  const keys = accounts.flatMap(({ account: { id: accountId, name: accountName }, ...lists }) => {
    const key =
      (status: Key['status']) =>
      ({ userName, accessKeyId, outcome, byRun }: StoredWrite & { readonly byRun?: string }): Key => {
        return { accountId, accountName, userName, accessKeyId, status, outcome, laterRunId: byRun ?? null };
      };
    return [
      ...lists.restorable.map((write) => key(denied.has(write.accessKeyId) ? 'leaked' : 'restorable')(write)),
      ...lists.deactivatedSince.map(key('deactivated-since')),
      ...lists.activatedSince.map(key('reactivated-since')),
      ...lists.deleted.map(key('deleted')),
    ];
  });
  return json<'undo'>({ runId, organizationId, keys });
}

export function runsJson({ runs, total }: ListedRuns): string {
  const listed = runs.map((run) => {
    const { runId, status, started } = run;
    const summary = run.status === 'ended' ? run.summary : undefined;
    return {
      runId,
      status,
      mode: started?.mode ?? null,
      caller: started?.caller ?? null,
      reason: started?.reason ?? null,
      filtered: started ? started.filters !== undefined : null,
      undoOf: started?.undoOf ?? null,
      startedAt: started?.at ?? null,
      finishedAt: summary?.finishedAt ?? null,
      verdict: summary?.verdict ?? null,
      accountsListed: summary?.accountsListed ?? null,
      accounts: summary?.accounts ?? null,
      keys: summary?.keys ?? null,
    };
  });
  return json<'runs'>({ total, runs: listed });
}

export function doctorJson({ at, findings, notCovered, nextFirings, timezone }: Examination): string {
  return json<'doctor'>({
    checkedAt: at.toISOString(),
    counts: countFindings(findings),
    findings,
    notCovered,
    schedule: { timezone, nextSweeps: nextFirings.map((firing) => firing.toISOString()) },
  });
}
