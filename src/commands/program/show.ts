import type { Command } from 'commander';

import { RUN_REFERENCE } from '../../ledger/run-id.ts';
import type { Act } from '../action.ts';
import { withLedger, withOutput } from '../options.ts';

export function addShow(program: Command, act: Act): void {
  const command = program
    .command('show')
    .summary('show a run from the ledger')
    .description('Shows a run from the ledger, and exits with the exit code of that run.')
    .argument('[run]', RUN_REFERENCE, 'last')
    .option('-w, --watch', 'wait until the run ends, wherever it runs');
  withOutput(withLedger(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep show
  keysweep show last-sweep --watch
  keysweep show 20261127T225500Z --all
  keysweep show last --ledger s3://my-ledger/keysweep --json`,
    )
    .action(act(async () => (await import('../show.ts')).show));
}
