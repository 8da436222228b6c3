import type { Command } from 'commander';

import { readText } from '../config/read-text.ts';
import { parsePlanFile, type PlanFile } from '../ledger/plan-file.ts';
import { MAX_PLAN_AGE_HOURS } from '../sweep/plan/plan-file-filter.ts';
import { json } from '../report/json.ts';
import type { Act } from './action.ts';
import type { ExitCode } from './exit-code.ts';
import { withWrittenLedger, withOutput, withReason, type Options } from './options.ts';
import { checkCanConfirm, runAndPrint } from './sweep.ts';
import type { Terminal } from './terminal.ts';

type ApplyOptions = Options & { readonly yes?: boolean };

export function addApply(program: Command, act: Act): void {
  const command = program
    .command('apply')
    .summary('revoke the keys of a plan file')
    .description(
      'Revokes only the keys of a plan file. Each key is decided again; if it changed, it is left alone. ' +
        `Refuses a plan older than ${MAX_PLAN_AGE_HOURS} hours or for another organization or configuration.`,
    )
    .argument('<file>', 'a file from keysweep plan --out')
    .option('-y, --yes', 'revoke without asking');
  withReason(withOutput(withWrittenLedger(command)))
    .addHelpText('after', '\nExample:\n  keysweep plan --out plan.json && keysweep apply plan.json')
    .action(act(apply));
}

/** @throws UsageError, ConfigError if the file is not a plan, StalePlanError */
async function apply(file: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  checkCanConfirm(options, terminal);
  const only = await readPlan(file);
  if (only.keys.length === 0) {
    const message = `${file} has no keys. Nothing to do.`;
    if (options.json === true) terminal.print(json<'nothingToApply'>({ run: null, message }));
    else terminal.say(message);
    return 0;
  }
  const account = [...new Set(only.keys.map(({ accountId }) => accountId))];
  const request = { mode: 'sweep', asks: options.yes !== true, only } as const;
  return (await runAndPrint(request, { ...options, account }, terminal)).exitCode;
}

async function readPlan(file: string): Promise<PlanFile> {
  return parsePlanFile(await readText(file, 'Write one with `keysweep plan --out FILE`.'), file);
}
