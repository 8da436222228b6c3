import type { Command } from 'commander';

import { RUN_REFERENCE } from '../../ledger/run-id.ts';
import type { Act } from '../action.ts';
import { withLedger, withOutput } from '../options.ts';

export function addDiff(program: Command, act: Act): void {
  const command = program
    .command('diff')
    .summary('show what changed between two runs')
    .description(
      'Compares two runs in the ledger: accounts and their outcomes, keys and users. ' +
        'Exits with 0, whether or not they differ.',
    )
    .argument('[before]', `the earlier run: ${RUN_REFERENCE}`)
    .argument(
      '[after]',
      'the later run; without it, the run that is named and the one of its kind before it',
    );
  withOutput(withLedger(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep diff                              the last run and the one of its kind before it
  keysweep diff last-sweep                   what changed from sweep to sweep
  keysweep diff 20261120 20261127 --json`,
    )
    .action(act(async () => (await import('../diff.ts')).diff));
}
