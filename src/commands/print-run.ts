import type { ObjectStore } from '../ledger/object-store.ts';
import { readRun } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { runJson } from '../report/json.ts';
import { renderRun } from '../report/text.ts';
import { verdictLine } from '../report/verdict.ts';
import { EXIT_CODES, type ExitCode } from './exit-code.ts';
import type { OutputOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Rows of a table that fit a screen or two. */
const ROWS = 40;

export function rowsOf({ all, rows = ROWS }: OutputOptions): number {
  return all === true ? Infinity : rows;
}

/** How a command that made or showed a run ended. */
export interface RunEnded {
  readonly run: StoredRun;
  readonly exitCode: ExitCode;
}

/**
 * Prints a run as the ledger holds it, so that what an operator reads is what an auditor will find.
 * @returns with the exit code of the run; 1 for an interrupted one
 */
export async function printRun(
  store: ObjectStore,
  runId: string,
  options: OutputOptions,
  terminal: Terminal,
): Promise<RunEnded> {
  const run = await readRun(store, runId);
  if (options.json === true) terminal.print(runJson(run));
  else printText(run, options, store, terminal);
  return { run, exitCode: run.summary ? EXIT_CODES[run.summary.verdict] : 1 };
}

function printText(
  run: StoredRun,
  options: OutputOptions,
  store: ObjectStore,
  { print, style }: Terminal,
): void {
  print(renderRun(run, { style, rows: rowsOf(options) }));
  print(
    `\n${verdictLine(run.summary, style)}\n${style.dim(`ledger ${store.location}/runs/${run.started.runId}`)}`,
  );
}
