import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Command } from 'commander';

import { planFileOf } from '../ledger/plan-file.ts';
import type { Act } from './action.ts';
import type { ExitCode } from './exit-code.ts';
import { withConfig, withFilters, withLedger, withOutput } from './options.ts';
import { runAndPrint, type RunOptions } from './sweep.ts';
import type { Terminal } from './terminal.ts';

type PlanOptions = RunOptions & { readonly out?: string };

export function addPlan(program: Command, act: Act): void {
  const command = program
    .command('plan')
    .summary('show what a sweep would do')
    .description(
      'Reads the whole organization and shows what a sweep would do. Its sessions can only read: it cannot write.',
    )
    .option('-o, --out <file>', 'write the plan there, for keysweep apply');
  withOutput(withFilters(withLedger(withConfig(command))))
    .addHelpText(
      'after',
      `
Examples:
  keysweep plan                          the whole organization
  keysweep plan --ou ou-ab12-34567890    accounts below one OU
  keysweep plan --out plan.json          to be read, and applied with keysweep apply plan.json
  keysweep plan --all --json`,
    )
    .action(act(plan));
}

/** @throws Node's error when the plan cannot be written where it is to go: before the organization is read, and not after */
async function plan(options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.out !== undefined) await access(dirname(options.out), constants.W_OK);
  const { run, exitCode } = await runAndPrint({ mode: 'plan' }, options, terminal);
  if (options.out !== undefined) {
    const file = planFileOf(run);
    await writeFile(options.out, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
    terminal.say(
      file.keys.length === 0
        ? `No key is due in an armed account: ${options.out} holds none, and there is nothing to apply.`
        : `Keys of armed accounts in ${options.out}: ${file.keys.length}. keysweep apply ${options.out} revokes them.`,
    );
  }
  return exitCode;
}
