import { InvalidArgumentError, type Command } from 'commander';

import { listRuns } from '../ledger/list-runs.ts';
import { openStore } from '../ledger/open-store.ts';
import { renderRuns, runsJson } from '../report/runs.ts';
import { connect } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { withConnection, withLedger, type ConnectionOptions, type LedgerOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

type RunsOptions = LedgerOptions &
  ConnectionOptions & { readonly limit: number; readonly all?: boolean; readonly json?: boolean };

export function addRuns(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const command = program
    .command('runs')
    .summary('list the runs of the ledger')
    .description(
      'Lists the runs of a ledger, newest first: what they were, how they ended, and who made them. One that has no end says whether it is under way.',
    )
    .option('-n, --limit <n>', 'the newest so many', count, 20)
    .option('--all', 'every run')
    .option('--json', 'print the result as JSON');
  withConnection(withLedger(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep runs
  keysweep runs --limit 5 --json
  keysweep runs --all --ledger s3://my-ledger/keysweep`,
    )
    .action(async (options: RunsOptions) => {
      await runs(options, terminal);
      end(0);
    });
}

/** @throws LedgerLocationError, CallFailedError */
async function runs(options: RunsOptions, { print, style }: Terminal): Promise<void> {
  const clients = connect(options);
  try {
    const store = openStore(options.ledger, clients.s3);
    const limit = options.all === true ? Infinity : options.limit;
    const listed = await listRuns(store, { limit, ...THIS_PROCESS });
    if (options.json === true) print(runsJson(listed));
    else print(`${renderRuns(listed, style)}\n${style.dim(`ledger ${store.location}`)}`);
  } finally {
    clients.close();
  }
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a whole number, 1 or more; --all for every run.');
}
