import { listRuns } from '../ledger/list-runs.ts';
import { runsJson } from '../report/json.ts';
import { renderRuns } from '../report/runs.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

type RunsOptions = Options & { readonly limit: number; readonly all?: boolean };

/** @throws LedgerLocationError, CallFailedError */
export async function runs(options: RunsOptions, { print, style }: Terminal): Promise<ExitCode> {
  return useLedger<ExitCode>(options, async ({ store }) => {
    const limit = options.all === true ? Infinity : options.limit;
    const listed = await listRuns(store, { limit, ...THIS_PROCESS });
    if (options.json === true) print(runsJson(listed));
    else print(`${renderRuns(listed, style)}\n${style.dim(`ledger ${store.location}`)}`);
    return 0;
  });
}
