import type { ObjectStore } from '../ledger/object-store.ts';
import { readRun } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { runJson } from '../report/json.ts';
import { renderRun } from '../report/text.ts';
import { verdictLine } from '../report/verdict.ts';
import { EXIT_CODES, type ExitCode } from './exit-code.ts';
import type { OutputOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Fits a screen or two. */
const ROWS = 40;

export function rowsOf({ all, rows }: OutputOptions): number {
  return rows ?? (all === true ? Infinity : ROWS);
}

export interface RunEnded {
  readonly run: StoredRun;
  readonly exitCode: ExitCode;
}

/**
 * Prints a run from the ledger: operators read what auditors will find.
 * @returns with the exit code of the run; 1 for an interrupted one
 */
export async function printRun(
  store: ObjectStore,
  runId: string,
  options: OutputOptions,
  terminal: Terminal,
): Promise<RunEnded> {
  const run = await readRun(store, runId);
  const { print, style } = terminal;
  if (options.json === true) print(runJson(run));
  else {
    print(`${renderRun(run, { style, rows: rowsOf(options) })}\n`);
    print(`${verdictLine(run.summary, style)}\n${style.dim(`ledger ${store.location}/runs/${runId}`)}`);
  }
  return { run, exitCode: run.summary ? EXIT_CODES[run.summary.verdict] : 1 };
}
