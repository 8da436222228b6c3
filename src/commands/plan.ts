import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { planFileOf } from '../ledger/plan-file.ts';
import { plural } from '../report/words.ts';
import type { ExitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import { runAndPrint } from './sweep.ts';
import type { Terminal } from './terminal.ts';

type PlanOptions = Options & { readonly out?: string };

/** @throws Node's error if the folder of the file is not writable, before anything is read */
export async function plan(options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
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
