import type { ObjectStore } from '../ledger/object-store.ts';
import { findRun, getSummary } from '../ledger/runs.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { stopOnSignals } from './signals.ts';
import type { Options } from './options.ts';
import { printRun } from './print-run.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { watchRun } from './watch-run.ts';

type ShowOptions = Options & { readonly watch?: boolean };

/** @throws RunReferenceError, UnreadableLedgerError */
export async function show(reference: string, options: ShowOptions, terminal: Terminal): Promise<ExitCode> {
  return useLedger(options, async ({ store }) => {
    const runId = await findRun(store, reference);
    if (options.watch === true) await watch(store, runId, terminal);
    return (await printRun(store, runId, options, terminal)).exitCode;
  });
}

const INTERVAL_MS = 2_000;

async function watch(store: ObjectStore, runId: string, terminal: Terminal): Promise<void> {
  if (await getSummary(store, runId)) return;
  const { progress, say, endProgress } = terminal;
  say(`Waiting for run ${runId} to end. Ctrl-C shows it as it is now; the run continues.`);
  await stopOnSignals({ say: () => undefined, endProgress }, ({ reading: signal }) =>
    watchRun(store, runId, { ...THIS_PROCESS, progress, interval: INTERVAL_MS, signal }),
  );
}
