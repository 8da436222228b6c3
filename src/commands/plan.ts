import type { Command } from 'commander';

import type { ExitCode } from './exit-code.ts';
import { withConfig, withConnection, withFilters, withLedger, withOutput } from './options.ts';
import { runAndPrint, type RunOptions } from './sweep.ts';
import type { Terminal } from './terminal.ts';

export function addPlan(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const command = program
    .command('plan')
    .summary('show what a sweep would do')
    .description(
      'Reads the whole organization and shows what a sweep would do. Its sessions can only read: it cannot write.',
    );
  withOutput(withFilters(withConnection(withLedger(withConfig(command)))))
    .addHelpText(
      'after',
      `
Examples:
  keysweep plan                          the whole organization
  keysweep plan --ou ou-ab12-34567890    accounts below one OU
  keysweep plan --all --json > plan.json`,
    )
    .action(async (options: RunOptions) => {
      end((await runAndPrint({ mode: 'plan' }, options, terminal)).exitCode);
    });
}
