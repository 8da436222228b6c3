import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import type { ObjectStore } from '../ledger/object-store.ts';
import { UnreadableLedgerError } from '../ledger/errors.ts';
import type { RunSummary } from '../ledger/record.ts';
import { pageKey } from '../ledger/run-keys.ts';
import { getSummary, listRunIds, readRun } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';

/** Runs that are looked through for the chart over time; most of them may be plans. */
const LOOKED_THROUGH = 60;

/** Sweeps that the chart shows. */
const SWEEPS = 12;

/** The page of a run as it can be read now. @throws UnreadableLedgerError, the store's error */
export async function renderReportPage(store: ObjectStore, run: StoredRun): Promise<string> {
  // Not before somebody wants a page: a start of the Lambda shall not wait for it.
  const { renderPage } = await import('../report/html/page.ts');
  return renderPage({ run, history: await sweepsUntil(store, run.started.runId), sha256 });
}

/**
 * Stores the page of a run beside its summary. The run has ended and is told whatever happens here: nothing is thrown.
 * @param run left out: it is read from the ledger
 * @returns why the page is not there; undefined when it is
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
    return notStored(runId, error instanceof Error ? error.message : String(error));
  }
}

/**
 * The same for a run of which it is not known how it ended: a page when it came to a summary, be it that of a run that failed
 * as a whole.
 * @param milliseconds after which nobody waits for it any more
 */
export async function storeReportPageOfEnded(
  store: ObjectStore,
  runId: string,
  milliseconds?: number,
): Promise<string | undefined> {
  const summary = await getSummary(store, runId).catch(() => undefined);
  if (!summary) return undefined;
  if (milliseconds === undefined) return storeReportPage(store, runId);
  const over = new AbortController();
  const late = wait(Math.max(0, milliseconds), notStored(runId, 'the time was over'), {
    signal: over.signal,
  });
  const problem = await Promise.race([storeReportPage(store, runId), late]);
  over.abort();
  await late.catch(() => undefined);
  return problem;
}

function notStored(runId: string, why: string): string {
  return `The page of run ${runId} was not stored: ${why}. keysweep report ${runId} --html FILE makes it anew.`;
}

/** The last whole sweeps up to a run. One whose summary cannot be read is missing from a chart, and from nothing else. */
async function sweepsUntil(store: ObjectStore, runId: string): Promise<RunSummary[]> {
  const ids = (await listRunIds(store)).filter((id) => id <= runId).slice(0, LOOKED_THROUGH);
  const summaries = await Promise.all(
    ids.map((id) =>
      getSummary(store, id).catch((error: unknown) => {
        if (error instanceof UnreadableLedgerError) return undefined;
        throw error;
      }),
    ),
  );
  return summaries
    .filter((summary): summary is RunSummary => summary !== undefined && isWhole(summary))
    .slice(0, SWEEPS);
}

function isWhole({ mode, filtered }: RunSummary): boolean {
  return mode === 'sweep' && !filtered;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
