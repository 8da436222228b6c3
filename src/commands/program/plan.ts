import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { withDetailedExitCode, withFilters, withLedger, withOutput } from '../options.ts';

export function addPlan(program: Command, act: Act): void {
  const command = program
    .command('plan')
    .summary('show what a sweep would do')
    .description(
      'Reads the organization and shows what a sweep would revoke. It cannot write: its sessions only read.',
    )
    .option('-o, --out <file>', 'also write the plan to a file, for keysweep apply');
  withDetailedExitCode(withOutput(withFilters(withLedger(command))))
    .addHelpText(
      'after',
      `
Examples:
  keysweep plan                          the whole organization
  keysweep plan --ou ou-ab12-34567890    accounts below one OU
  keysweep plan --out plan.json          to review, then keysweep apply plan.json
  keysweep plan --all --json`,
    )
    .action(act(async () => (await import('../plan.ts')).plan));
}
