import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { withLedger, withOutput } from '../options.ts';

export function addDoctor(program: Command, act: Act): void {
  const command = program
    .command('doctor')
    .summary('check whether the next sweep would work, and how to fix it')
    .description(
      'Checks everything that the next sweep depends on: your credentials, the organization, the role in ' +
        'every target, the Lambda, its schedule and its ledger. It only reads.',
    );
  withOutput(withLedger(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep doctor          problems, warnings and how to fix them
  keysweep doctor --all    every account and every detail
  keysweep doctor --json

Exit code 1 if there is a problem. Warnings, and what could not be checked, do not count.`,
    )
    .action(act(async () => (await import('../doctor.ts')).doctor));
}
