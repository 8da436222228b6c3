import type { Command } from 'commander';

import type { Act } from '../action.ts';

export function addDemo(program: Command, act: Act): void {
  program
    .command('demo')
    .summary('plan, sweep and undo in an AWS organization in memory')
    .description(
      'Plans, sweeps and undoes in an AWS organization in memory. It needs no AWS account, ' +
        'and nothing leaves this machine.',
    )
    .option('--keep <folder>', 'keep accounts.json, the ledger and the report pages in a new folder')
    .addHelpText('after', '\nExamples:\n  keysweep demo\n  keysweep demo --keep tour')
    .action(act(async () => (await import('../demo.ts')).demo));
}
