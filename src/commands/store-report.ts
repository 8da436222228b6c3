import type { ObjectStore } from '../ledger/object-store.ts';
import type { RunSummary } from '../ledger/record.ts';
import { pageKey } from '../ledger/run-keys.ts';
import { storeReportPage, storeReportPageIfEnded } from '../publish/report-page.ts';
import type { Options } from './options.ts';
import { printRun, type RunEnded } from './print-run.ts';
import type { Terminal } from './terminal.ts';

/**
 * Prints a run that just ended, and stores its page. A failure to store it does not fail the command.
 * @param summary may end with warnings that came too late for the ledger
 */
export async function printAndStorePage(
  store: ObjectStore,
  { runId, warnings }: Pick<RunSummary, 'runId' | 'warnings'>,
  options: Options,
  terminal: Terminal,
): Promise<RunEnded> {
  const { say } = terminal;
  return printRun(store, runId, options, terminal, async (run) => {
    for (const warning of warnings.slice(run.summary?.warnings.length)) say(warning);
    const problem = await storeReportPage(store, runId, run);
    if (problem === undefined) return `${store.location.replace(/\/$/, '')}/${pageKey(runId)}`;
    say(problem);
    return undefined;
  });
}

/**
 * Prints a run that failed as a whole, for scripts, and stores its page, as far as it was recorded. Never
 * rejects.
 */
export async function printFailed(
  store: ObjectStore,
  runId: string,
  options: Options,
  terminal: Terminal,
): Promise<void> {
  if (options.json === true) await printRun(store, runId, options, terminal).catch(() => undefined);
  const problem = await storeReportPageIfEnded(store, runId);
  if (problem !== undefined) terminal.say(problem);
}
