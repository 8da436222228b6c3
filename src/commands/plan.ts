import { writeFile } from 'node:fs/promises';

import type { Command } from 'commander';

import { planFileOf } from '../ledger/plan-file.ts';
import type { ExitCode } from './exit-code.ts';
import { withConfig, withConnection, withFilters, withLedger, withOutput } from './options.ts';
import { runAndPrint, type RunOptions } from './sweep.ts';
import type { Terminal } from './terminal.ts';

type PlanOptions = RunOptions & { readonly out?: string };

export function addPlan(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const command = program
    .command('plan')
    .summary('show what a sweep would do')
    .description(
      'Reads the whole organization and shows what a sweep would do. Its sessions can only read: it cannot write.',
    );
  command.option('-o, --out <file>', 'write the plan there, for keysweep apply');
  withOutput(withFilters(withConnection(withLedger(withConfig(command)))))
    .addHelpText(
      'after',
      `
Examples:
  keysweep plan                          the whole organization
  keysweep plan --ou ou-ab12-34567890    accounts below one OU
  keysweep plan --out plan.json          to be read, and applied with keysweep apply plan.json
  keysweep plan --all --json`,
    )
    .action(async (options: PlanOptions) => {
      end(await plan(options, terminal));
    });
}

async function plan(options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
  const { run, exitCode } = await runAndPrint({ mode: 'plan' }, options, terminal);
  if (options.out !== undefined) {
    const file = planFileOf(run);
    await writeFile(options.out, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
    terminal.say(
      `${file.keys.length} keys of armed accounts are in ${options.out}; keysweep apply ${options.out} revokes them.`,
    );
  }
  return exitCode;
}
