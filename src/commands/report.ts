import { writeFile } from 'node:fs/promises';

import type { Command } from 'commander';

import { readRunByReference, RUN_REFERENCE } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { renderReportPage } from '../publish/report-page.ts';
import { renderCsv } from '../report/csv.ts';
import { runJson } from '../report/json.ts';
import type { Act } from './action.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { withLedger, type JsonOptions, type LedgerOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './errors.ts';

interface ReportFiles extends JsonOptions {
  readonly html?: string;
  readonly csv?: string;
}

type ReportOptions = LedgerOptions & ReportFiles;

export function addReport(program: Command, act: Act): void {
  const command = program
    .command('report')
    .summary('write a stored run as a page, as CSV or as JSON')
    .description(
      'Writes a run from the ledger: as one HTML page with charts, as CSV for a spreadsheet, or as JSON. Ends with 0 when that is done, however the run itself ended.',
    )
    .argument('[run]', RUN_REFERENCE, 'last')
    .option('--html <file>', 'the page; it loads nothing and can be sent to others. -: to stdout')
    .option('--csv <file>', 'one row for each key, and for each account without any. -: to stdout')
    .option('--json', 'the whole run as JSON, to stdout');
  withLedger(command)
    .addHelpText(
      'after',
      `
Examples:
  keysweep report --html report.html
  keysweep report 20261127T225500Z --html report.html --csv keys.csv
  keysweep report last --ledger s3://my-ledger/keysweep --html -`,
    )
    .action(act(report));
}

/** @throws UsageError, RunReferenceError, UnreadableLedgerError, Node's error when the file cannot be written */
async function report(reference: string, options: ReportOptions, terminal: Terminal): Promise<ExitCode> {
  checkFiles(options);
  return useLedger<ExitCode>(options, async (store) => {
    const run = await readRunByReference(store, reference);
    if (options.html !== undefined) await put(options.html, await renderReportPage(store, run), terminal);
    if (options.csv !== undefined) await put(options.csv, await csvOf(run), terminal);
    if (options.json === true) terminal.print(runJson(run));
    return 0;
  });
}

function checkFiles({ html, csv, json }: ReportFiles): void {
  if (html === undefined && csv === undefined && json !== true)
    throw new UsageError('Choose an output: --html FILE, --csv FILE or --json. FILE may be - for stdout.');
  if ([html === '-', csv === '-', json === true].filter(Boolean).length > 1)
    throw new UsageError(
      'Only one of --html -, --csv - and --json can go to stdout. Name files for the others.',
    );
}

async function csvOf(run: StoredRun): Promise<string> {
  const { unitNames } = await import('../report/html/coverage.ts');
  return renderCsv(run, unitNames(run));
}

/** The page names keys and people: a new file is for its owner alone. */
async function put(file: string, text: string, { print, say }: Terminal): Promise<void> {
  if (file === '-') {
    print(text.trimEnd());
    return;
  }
  await writeFile(file, text, { mode: 0o600 }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${file} could not be written: ${why}. Name a file in a folder that exists.`, {
      cause,
    });
  });
  say(`${file} is written.`);
}
