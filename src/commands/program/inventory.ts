import { Option, type Command } from 'commander';

import type { Act } from '../action.ts';
import { withFilters, withLedger, withOutput } from '../options.ts';

export function addInventory(program: Command, act: Act): void {
  const command = program
    .command('inventory')
    .summary('list every access key, also those that no sweep sees')
    .description(
      'Reads all IAM users of every target and every opted-out account: which keys the rules govern, which ' +
        'are exempt, and which are in no configured group. Counts root keys. Changes nothing.',
    )
    .addOption(
      new Option(
        '--credentials <which>',
        'all: also service-specific credentials, SSH keys and signing certificates; ' +
          'by default what inventory.credentials of accounts.json says',
      ).choices(['access-keys', 'all']),
    )
    .option('--last-use', 'also read when each key was last used, at one call a key')
    .option('--reason <text>', 'why, for the ledger');
  withOutput(withFilters(withLedger(command)))
    .addHelpText(
      'after',
      `
Examples:
  keysweep inventory
  keysweep inventory --credentials all --last-use
  keysweep report last-inventory --csv keys.csv
  keysweep diff last-inventory`,
    )
    .action(act(async () => (await import('../inventory.ts')).inventory));
}
