import type { ObjectStore } from '../ledger/object-store.ts';
import type { RunSummary } from '../ledger/record.ts';
import { pageKey } from '../ledger/run-keys.ts';
import { storeReportPage, storeReportPageIfEnded } from '../publish/report-page.ts';
import type { OutputOptions } from './options.ts';
import { printRun, type RunEnded } from './print-run.ts';
import type { Terminal } from './terminal.ts';

/**
 * Prints a run that just ended, and stores its page. A failure to store it does not fail the command.
 * @param summary may end with warnings that came too late for the ledger
 */
export async function printAndStorePage(
  store: ObjectStore,
  { runId, warnings }: Pick<RunSummary, 'runId' | 'warnings'>,
  options: OutputOptions,
  terminal: Terminal,
): Promise<RunEnded> {
  const ended = await printRun(store, runId, options, terminal);
  const { print, say, style } = terminal;
  for (const warning of warnings.slice(ended.run.summary?.warnings.length)) say(warning);
  const problem = await storeReportPage(store, runId, ended.run);
  if (problem !== undefined) say(problem);
  else if (options.json !== true)
    print(style.dim(`page   ${store.location.replace(/\/$/, '')}/${pageKey(runId)}`));
  return ended;
}

/** Stores the page of a run that failed as a whole, if it has a summary. Never rejects. */
export async function storeReportPageOfFailed(
  store: ObjectStore,
  runId: string,
  { say }: Pick<Terminal, 'say'>,
): Promise<void> {
  const problem = await storeReportPageIfEnded(store, runId);
  if (problem !== undefined) say(problem);
}
