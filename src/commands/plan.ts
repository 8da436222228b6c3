import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Command } from 'commander';

import { planFileOf } from '../ledger/plan-file.ts';
import { plural } from '../report/words.ts';
import type { Act } from './action.ts';
import type { ExitCode } from './exit-code.ts';
import { withDetailedExitCode, withFilters, withLedger, withOutput, type Options } from './options.ts';
import { runAndPrint } from './sweep.ts';
import type { Terminal } from './terminal.ts';

type PlanOptions = Options & { readonly out?: string };

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
    .action(act(plan));
}

/** @throws Node's error if the folder of the file is not writable, before anything is read */
async function plan(options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.out !== undefined) await access(dirname(options.out), constants.W_OK);
  const { run, exitCode } = await runAndPrint({ mode: 'plan' }, options, terminal);
  if (options.out !== undefined) {
    const file = planFileOf(run);
    await writeFile(options.out, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
    terminal.say(
      file.keys.length === 0
        ? `Wrote ${options.out} without keys: none is due in an armed account.`
        : `Wrote ${options.out} with ${plural(file.keys.length, 'key')} of armed accounts. ` +
            `To revoke them, run keysweep apply ${options.out}`,
    );
  }
  return exitCode;
}
