import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { withDetailedExitCode, withFilters, withWrittenLedger, withOutput, withReason } from '../options.ts';

export function addSweep(program: Command, act: Act): void {
  const command = program
    .command('sweep')
    .summary('plan and, with --apply, revoke keys in armed accounts')
    .description('Plans the organization and, with --apply, revokes the due keys in armed accounts.')
    .option('--apply', 'revoke keys; without it, sweep is the same as plan')
    .option('-y, --yes', 'revoke without asking');
  withDetailedExitCode(withReason(withOutput(withFilters(withWrittenLedger(command)))))
    .addHelpText(
      'after',
      `
Examples:
  keysweep sweep                                   only plan
  keysweep sweep --apply                           plan, ask, revoke
  keysweep sweep --apply --account 111122223333    only in one account
  keysweep sweep --apply --yes --json > run.json   in a script`,
    )
    .action(act(async () => (await import('../sweep.ts')).sweepCommand));
}
