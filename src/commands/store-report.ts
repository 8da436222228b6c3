import type { ObjectStore } from '../ledger/object-store.ts';
import { pageKey } from '../ledger/run-keys.ts';
import { storeReportPage, storeReportPageOfEnded } from '../publish/report-page.ts';
import type { OutputOptions } from './options.ts';
import type { RunEnded } from './print-run.ts';
import type { Terminal } from './terminal.ts';

/** Stores the page of a run that has been printed, and says where it is, or why it is not there. Never rejects. */
export async function keepPage(
  store: ObjectStore,
  { run }: RunEnded,
  { json }: OutputOptions,
  { print, say, style }: Terminal,
): Promise<void> {
  const { runId } = run.started;
  const problem = await storeReportPage(store, runId, run);
  if (problem !== undefined) say(problem);
  else if (json !== true) print(style.dim(`page   ${store.location.replace(/\/$/, '')}/${pageKey(runId)}`));
}

/** The same for a run that failed as a whole: it has a page when it came to a summary. Never rejects. */
export async function storeReportPageOfFailed(
  store: ObjectStore,
  runId: string,
  { say }: Pick<Terminal, 'say'>,
): Promise<void> {
  const problem = await storeReportPageOfEnded(store, runId);
  if (problem !== undefined) say(problem);
}
