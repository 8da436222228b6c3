import type { Command } from 'commander';

import { RUN_REFERENCE } from '../../ledger/run-id.ts';
import type { Act } from '../action.ts';
import { withJson, withLedger } from '../options.ts';

export function addVerify(program: Command, act: Act): void {
  const command = program
    .command('verify')
    .summary('check that the ledger is what keysweep stored')
    .description(
      'Checks a run, the memory of every account and the locks, and names what was changed, added, removed ' +
        'or rolled back. Exits with 1 if anything was.',
    )
    .argument('[run]', RUN_REFERENCE, 'last')
    .option('--all', 'check every run')
    .option('--restore', 'also store the memories that were changed as keysweep stored them last');
  withLedger(withJson(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep verify
  keysweep verify --all --ledger s3://my-ledger/keysweep
  keysweep verify --all --json`,
    )
    .action(act(async () => (await import('../verify.ts')).verify));
}
