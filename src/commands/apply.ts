import type { Command } from 'commander';

import { readText } from '../config/read-text.ts';
import { parsePlanFile, type PlanFile } from '../ledger/plan-file.ts';
import { MAX_PLAN_AGE_HOURS } from '../sweep/plan/plan-file-filter.ts';
import { json } from '../report/json.ts';
import type { Act } from './action.ts';
import type { ExitCode } from './exit-code.ts';
import {
  withConfig,
  withLedger,
  withOutput,
  type ConfigOptions,
  type LedgerOptions,
  type OutputOptions,
} from './options.ts';
import { checkCanConfirm, runAndPrint } from './sweep.ts';
import type { Terminal } from './terminal.ts';

type ApplyOptions = ConfigOptions & LedgerOptions & OutputOptions & { readonly yes?: boolean };

export function addApply(program: Command, act: Act): void {
  const command = program
    .command('apply')
    .summary('revoke the keys of a plan that was written to a file')
    .description(
      `Revokes the keys of a plan file and no others. Each is decided anew; what changed since is listed and left alone. A plan is refused when it is older than ${MAX_PLAN_AGE_HOURS} hours, or made for another organization or configuration.`,
    )
    .argument('<file>', 'a plan that keysweep plan --out wrote')
    .option('-y, --yes', 'do not ask before revoking');
  withOutput(withLedger(withConfig(command)))
    .addHelpText('after', '\nExample:\n  keysweep plan --out plan.json && keysweep apply plan.json')
    .action(act(apply));
}

/** @throws UsageError, ConfigError when the file is no plan, StalePlanError */
async function apply(file: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  checkCanConfirm(options, terminal);
  const only = await readPlan(file);
  if (only.keys.length === 0) {
    const message = `${file} holds no keys: there is nothing to do.`;
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
