import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { messageOf } from '../config/errors.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import type { RunSummary } from '../ledger/record.ts';
import { pageKey } from '../ledger/run-keys.ts';
import { getSummary, listRunIds, readRun, readSummaries } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';

/** How many runs are read to find sweeps for the chart; most runs may be plans. */
const MAX_RUNS_READ = 60;

const CHART_SWEEPS = 12;

/** @throws UnreadableLedgerError, the store's error */
export async function renderReportPage(store: ObjectStore, run: StoredRun): Promise<string> {
  // Imported late, so that a cold start of the Lambda does not load it.
  const { renderPage } = await import('../report/html/page.ts');
  const { runId } = run.started;
  return renderPage({ run, history: await sweepsUntil(store, runId), sha256: sha256Base64 });
}

/**
 * Stores the page of a run beside its summary. Never rejects: a missing page does not change the run.
 * @param run default: read from the ledger
 * @returns why the page was not stored; undefined: it was
 */
export async function storeReportPage(
  store: ObjectStore,
  runId: string,
  run?: StoredRun,
): Promise<string | undefined> {
  try {
    const page = await renderReportPage(store, run ?? (await readRun(store, runId)));
    await store.put(pageKey(runId), page);
    return undefined;
  } catch (error) {
    return notStored(runId, messageOf(error));
  }
}

/**
 * Stores the page of a run if it has a summary.
 * @param milliseconds how long to wait at most
 */
export async function storeReportPageIfEnded(
  store: ObjectStore,
  runId: string,
  milliseconds?: number,
): Promise<string | undefined> {
  const summary = await getSummary(store, runId).catch(() => undefined);
  if (!summary) return undefined;
  if (milliseconds === undefined) return storeReportPage(store, runId);
  const problem = notStored(runId, 'the run was out of time');
  return Promise.race([storeReportPage(store, runId), after(milliseconds, problem)]);
}

export function after(milliseconds: number, problem: string): Promise<string> {
  return wait(Math.max(0, milliseconds), problem, { ref: false });
}

function notStored(runId: string, reason: string): string {
  const fix = `Run keysweep report ${runId} --html FILE.`;
  return `The report page of run ${runId} was not stored: ${reason}. ${fix}`;
}

/** The last sweeps of the whole organization, up to a run. */
async function sweepsUntil(store: ObjectStore, runId: string): Promise<RunSummary[]> {
  const ids = (await listRunIds(store)).filter((id) => id <= runId).slice(0, MAX_RUNS_READ);
  return sweepsUpTo(runId, await readSummaries(store, ids));
}

/** The last sweeps of the whole organization, for a chart. @param summaries newest first */
export function sweepsUpTo(runId: string, summaries: readonly (RunSummary | undefined)[]): RunSummary[] {
  return summaries
    .filter((summary) => summary !== undefined)
    .filter((summary) => summary.runId <= runId && summary.mode === 'sweep' && !summary.filtered)
    .slice(0, CHART_SWEEPS);
}

/** For the security policy of a page. */
export function sha256Base64(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
