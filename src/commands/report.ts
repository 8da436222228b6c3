import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { messageOf } from '../config/errors.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { SITE_KEY } from '../ledger/run-keys.ts';
import { readRunByReference } from '../ledger/runs.ts';
import { renderReportPage } from '../publish/report-page.ts';
import { siteFiles } from '../publish/site.ts';
import { renderCsv } from '../report/csv.ts';
import { unitNames } from '../report/accounts-by-unit.ts';
import { runJson } from '../report/json.ts';
import { plural } from '../report/words.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { findingsText } from './findings-text.ts';
import type { Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './errors.ts';

type ReportOptions = Options & {
  readonly html?: string;
  readonly csv?: string;
  readonly site?: string;
  readonly format?: 'ocsf' | 'asff';
  /** Of the format; default: stdout. */
  readonly output?: string;
};

/** @throws UsageError, RunReferenceError, UnreadableLedgerError */
export async function report(
  reference: string,
  options: ReportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  checkFiles(options);
  return useLedger<ExitCode>(options, async ({ store, config }) => {
    if (options.site !== undefined) await writeSite(options.site, store, terminal);
    if (isOnlySite(options)) return 0;
    const run = await readRunByReference(store, reference);
    if (options.html !== undefined) await output(options.html, await renderReportPage(store, run), terminal);
    if (options.csv !== undefined) await output(options.csv, renderCsv(run, unitNames(run)), terminal);
    if (options.format) {
      const text = await findingsText(options.format, run, { store, config }, options.region);
      await output(options.output ?? '-', text, terminal);
    }
    if (options.json === true) terminal.print(runJson(run));
    return 0;
  });
}

function isOnlySite({ html, csv, format, json }: ReportOptions): boolean {
  return html === undefined && csv === undefined && format === undefined && json !== true;
}

function checkFiles(options: ReportOptions): void {
  const { html, csv, json, site, format } = options;
  if (isOnlySite(options) && site === undefined)
    throw new UsageError(
      'Choose an output: --html FILE, --csv FILE, --site DIR, --format ocsf or asff, or --json. ' +
        'FILE may be - for stdout.',
    );
  if (options.output !== undefined && format === undefined)
    throw new UsageError('--output is the file of --format: add --format ocsf or --format asff.');
  const isFormatPrinted = format !== undefined && (options.output ?? '-') === '-';
  if ([html === '-', csv === '-', isFormatPrinted, json === true].filter(Boolean).length > 1)
    throw new UsageError(
      'Only one of --html -, --csv -, --format and --json can go to stdout. ' +
        'Name files for the others (--output for --format).',
    );
}

async function writeSite(folder: string, store: ObjectStore, { say }: Terminal): Promise<void> {
  let files = 0;
  for await (const [key, text] of siteFiles(store)) {
    const file = join(folder, key);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch(notWritten(file));
    await writePrivate(file, text);
    files += 1;
  }
  say(`Wrote ${join(folder, SITE_KEY)} and the pages of ${plural(files - 1, 'run')}`);
}

/** Only the owner can read a new file: it names keys and people. */
async function output(file: string, text: string, { print, say }: Terminal): Promise<void> {
  if (file === '-') {
    print(text.trimEnd());
    return;
  }
  await writePrivate(file, text);
  say(`Wrote ${file}`);
}

async function writePrivate(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 }).catch(notWritten(file));
}

function notWritten(file: string): (cause: unknown) => never {
  const hint = 'Name a file in a folder that exists.';
  return (cause) => {
    throw new UsageError(`${file} could not be written: ${messageOf(cause)}. ${hint}`, { cause });
  };
}
