import type { Command } from 'commander';

import { findRun } from '../ledger/runs.ts';
import { openStore } from '../ledger/open-store.ts';
import { connect } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import {
  withConnection,
  withLedger,
  withOutput,
  type ConnectionOptions,
  type LedgerOptions,
  type OutputOptions,
} from './options.ts';
import { printRun, type RunEnded } from './print-run.ts';
import type { Terminal } from './terminal.ts';

type ShowOptions = LedgerOptions & ConnectionOptions & OutputOptions;

export function addShow(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const command = program
    .command('show')
    .summary('show a stored run')
    .description('Shows a run from the ledger and ends with its exit code.')
    .argument('[run]', 'a run id, the beginning of one, or last', 'last');
  withOutput(withConnection(withLedger(command)))
    .addHelpText(
      'after',
      `
Examples:
  keysweep show
  keysweep show 20261127T225500Z --all
  keysweep show last --ledger s3://my-ledger/keysweep --json`,
    )
    .action(async (reference: string, options: ShowOptions) => {
      end((await show(reference, options, terminal)).exitCode);
    });
}

/** @throws RunReferenceError, UnreadableLedgerError */
export async function show(reference: string, options: ShowOptions, terminal: Terminal): Promise<RunEnded> {
  const clients = connect(options);
  try {
    const store = openStore(options.ledger, clients.s3);
    return await printRun(store, await findRun(store, reference), options, terminal);
  } finally {
    clients.close();
  }
}
