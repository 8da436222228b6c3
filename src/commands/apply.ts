import { readText } from '../config/read-text.ts';
import { parsePlanFile, type PlanFile } from '../ledger/plan-file.ts';
import { json } from '../report/json.ts';
import type { ExitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import { checkCanConfirm, runAndPrint } from './sweep.ts';
import type { Terminal } from './terminal.ts';

type ApplyOptions = Options & { readonly yes?: boolean };

/** @throws UsageError, ConfigError if the file is not a plan, StalePlanError */
export async function apply(file: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
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
