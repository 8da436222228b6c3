import type { ObjectStore } from '../ledger/object-store.ts';
import { readRun } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { runJson } from '../report/json.ts';
import type { Style } from '../report/style.ts';
import { renderRun } from '../report/text.ts';
import { EXIT_CODES, type ExitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Fits a screen or two. */
const ROWS = 40;

/** All of them on a pipe, whose reader cannot ask for more. */
export function rowsOf({ all, rows }: Options, { width }: Style): number {
  return rows ?? (all === true || width === Infinity ? Infinity : ROWS);
}

export interface RunEnded {
  readonly run: StoredRun;
  readonly exitCode: ExitCode;
}

/**
 * Prints a run from the ledger: operators read what auditors will find.
 * @param storePage returns where the page of the run is, or undefined if there is none
 * @returns with the exit code of the run; 1 for an interrupted one
 */
export async function printRun(
  store: ObjectStore,
  runId: string,
  options: Options,
  terminal: Terminal,
  storePage?: (run: StoredRun) => Promise<string | undefined>,
): Promise<RunEnded> {
  const run = await readRun(store, runId);
  const { print, style } = terminal;
  const end = printBody(run, options, terminal);
  const page = await storePage?.(run);
  if (end !== undefined) {
    print(style.dim(`ledger ${store.location}/runs/${runId}`));
    if (page !== undefined) print(style.dim(`page   ${page}`));
    print(`\n${end}`);
  }
  return { run, exitCode: exitCodeOf(run, options) };
}

/** @returns what is left to print at the end, after text */
function printBody(run: StoredRun, options: Options, { print, style }: Terminal): string | undefined {
  if (options.json === true) {
    print(runJson(run));
    return undefined;
  }
  const { body, end } = renderRun(run, { style, rows: rowsOf(options, style) });
  print(`${body}\n`);
  return end;
}

function exitCodeOf({ summary }: StoredRun, { detailedExitcode }: Options): ExitCode {
  if (!summary) return 1;
  const code = EXIT_CODES[summary.verdict];
  return code === 0 && detailedExitcode === true && summary.keys.due > 0 ? 5 : code;
}
