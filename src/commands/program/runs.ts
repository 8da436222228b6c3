import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { integerOption, withJson, withLedger } from '../options.ts';

export function addRuns(program: Command, act: Act): void {
  const command = program
    .command('runs')
    .summary('list the runs in the ledger')
    .description('Lists the runs in a ledger, newest first, with their mode, status and caller.')
    .option('-n, --limit <n>', 'show the newest n runs', integerOption(1), 20)
    .option('--all', 'show every run');
  withLedger(withJson(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep runs
  keysweep runs --limit 5 --json
  keysweep runs --all --ledger s3://my-ledger/keysweep`,
    )
    .action(act(async () => (await import('../runs.ts')).runs));
}
