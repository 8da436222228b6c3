import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { withKeyIds, withOutput, withReason, withWrittenLedger } from '../options.ts';

export function addRevoke(program: Command, act: Act): void {
  const command = program
    .command('revoke')
    .summary('deactivate leaked keys now')
    .description(
      'Shows whose keys these are. With --apply, deactivates them at once, whatever accounts.json says, ' +
        'and puts them on the deny list: no hold protects them, undo refuses them, sweeps delete them later.',
    );
  withReason(withOutput(withWrittenLedger(withKeyIds(command))))
    .option('--apply', 'deactivate; without it, revoke only shows the keys')
    .option('-y, --yes', 'deactivate without asking')
    .addHelpText(
      'after',
      `
Examples:
  keysweep revoke AKIAIOSFODNN7EXAMPLE
  keysweep revoke AKIAIOSFODNN7EXAMPLE --apply --reason "INC-12: in a public repository"
  keysweep revoke --file found.txt --apply --yes --reason "INC-12"`,
    )
    .action(act(async () => (await import('../revoke.ts')).revoke));
}
