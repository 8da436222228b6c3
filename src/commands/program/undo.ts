import type { Command } from 'commander';

import { MAX_HOLD_DAYS } from '../../ledger/max-hold-days.ts';
import { RUN_REFERENCE } from '../../ledger/run-id.ts';
import type { Act } from '../action.ts';
import { integerOption, withJson, withWrittenLedger, withReason } from '../options.ts';

export function addUndo(program: Command, act: Act): void {
  const command = program
    .command('undo')
    .summary('reactivate the keys that a run deactivated')
    .description(
      'Shows which keys of a run can be reactivated. With --apply, reactivates and holds them, so that ' +
        'sweeps leave them alone; not those of users outside the swept groups or in quarantine.',
    )
    .argument('<run>', RUN_REFERENCE)
    .option('--apply', 'reactivate; without it, undo only shows the keys')
    .option('-a, --account <id...>', 'only in these accounts')
    .option('-u, --user <name...>', 'only of these users')
    .option('-k, --key <id...>', 'only these access keys')
    .option('--all', 'all keys of the run; also shows every row of long tables')
    .option(
      '--hold-days <days>',
      'days for which sweeps leave the keys alone',
      integerOption(1, MAX_HOLD_DAYS),
      30,
    )
    .option('--override-user <name...>', 'restore keys of these users although AWS says that they should not')
    .option(
      '--leaked-key <id...>',
      'restore these keys although they leaked, and take them off the deny list',
    );
  withReason(withJson(withWrittenLedger(command)))
    .addHelpText(
      'after',
      `
Examples:
  keysweep undo last                                         what can be reactivated
  keysweep undo last --apply --user ada --hold-days 7 --reason "OPS-7: build broke"
  keysweep undo 20261127T225500Z --apply --all --reason "wrong group in accounts.json"`,
    )
    .action(act(async () => (await import('../undo.ts')).undo));
}
