import { writeFile } from 'node:fs/promises';

import type { Command } from 'commander';

import { messageOf } from '../config/errors.ts';
import { readRunByReference, RUN_REFERENCE } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { renderReportPage } from '../publish/report-page.ts';
import { renderCsv } from '../report/csv.ts';
import { runJson } from '../report/json.ts';
import type { Act } from './action.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { withLedger, type Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './errors.ts';

type ReportOptions = Options & {
  readonly html?: string;
  readonly csv?: string;
};

export function addReport(program: Command, act: Act): void {
  const command = program
    .command('report')
    .summary('write a run as an HTML page, CSV or JSON')
    .description(
      'Writes a run from the ledger as one HTML page with charts, as CSV or as JSON. ' +
        'Exits with 0 if that worked, however the run ended.',
    )
    .argument('[run]', RUN_REFERENCE, 'last')
    .option('--html <file>', 'write the page, one file that loads nothing; - for stdout')
    .option('--csv <file>', 'write one row per key, and per account without keys; - for stdout')
    .option('--json', 'print the whole run as JSON');
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

/** @throws UsageError, RunReferenceError, UnreadableLedgerError */
async function report(reference: string, options: ReportOptions, terminal: Terminal): Promise<ExitCode> {
  checkFiles(options);
  return useLedger<ExitCode>(options, async ({ store }) => {
    const run = await readRunByReference(store, reference);
    if (options.html !== undefined) await output(options.html, await renderReportPage(store, run), terminal);
    if (options.csv !== undefined) await output(options.csv, await csvOf(run), terminal);
    if (options.json === true) terminal.print(runJson(run));
    return 0;
  });
}

function checkFiles({ html, csv, json }: ReportOptions): void {
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

/** Only the owner can read a new file: it names keys and people. */
async function output(file: string, text: string, { print, say }: Terminal): Promise<void> {
  if (file === '-') {
    print(text.trimEnd());
    return;
  }
  await writeFile(file, text, { mode: 0o600 }).catch((cause: unknown) => {
    const hint = 'Name a file in a folder that exists.';
    throw new UsageError(`${file} could not be written: ${messageOf(cause)}. ${hint}`, { cause });
  });
  say(`Wrote ${file}`);
}
