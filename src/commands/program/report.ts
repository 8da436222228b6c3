import { Option, type Command } from 'commander';

import { RUN_REFERENCE } from '../../ledger/run-id.ts';
import type { Act } from '../action.ts';
import { withLedger } from '../options.ts';

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
    .option('--site <dir>', 'write the pages of all runs, and an index with charts of the year')
    .addOption(
      new Option(
        '--format <format>',
        'write findings for security teams, as OCSF or for AWS Security Hub',
      ).choices(['ocsf', 'asff']),
    )
    .option('--output <file>', 'write those to a file, and not to stdout')
    .option('--json', 'print the whole run as JSON');
  withLedger(command)
    .addHelpText(
      'after',
      `
Examples:
  keysweep report --html report.html
  keysweep report 20261127T225500Z --html report.html --csv keys.csv
  keysweep report --site site/
  keysweep report last-sweep --format ocsf --output findings.json
  keysweep report last --ledger s3://my-ledger/keysweep --html -`,
    )
    .action(act(async () => (await import('../report.ts')).report));
}
