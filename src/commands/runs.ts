import type { Command } from 'commander';

import { listRuns } from '../ledger/list-runs.ts';
import { runsJson } from '../report/json.ts';
import { renderRuns } from '../report/runs.ts';
import type { Act } from './action.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { integerOption, withJson, withLedger, type Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

type RunsOptions = Options & { readonly limit: number; readonly all?: boolean };

export function addRuns(program: Command, act: Act): void {
  const command = program
    .command('runs')
    .summary('list the runs in the ledger')
    .description('Lists the runs in a ledger, newest first, with their mode, status and caller.')
    .option('-n, --limit <n>', 'show the newest n runs', integerOption(1), 20)
    .option('--all', 'show every run');
  withLedger(withJson(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep runs
  keysweep runs --limit 5 --json
  keysweep runs --all --ledger s3://my-ledger/keysweep`,
    )
    .action(act(runs));
}

/** @throws LedgerLocationError, CallFailedError */
async function runs(options: RunsOptions, { print, style }: Terminal): Promise<ExitCode> {
  return useLedger<ExitCode>(options, async ({ store }) => {
    const limit = options.all === true ? Infinity : options.limit;
    const listed = await listRuns(store, { limit, ...THIS_PROCESS });
    if (options.json === true) print(runsJson(listed));
    else print(`${renderRuns(listed, style)}\n${style.dim(`ledger ${store.location}`)}`);
    return 0;
  });
}
