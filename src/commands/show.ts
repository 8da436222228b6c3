import type { Command } from 'commander';

import type { ObjectStore } from '../ledger/object-store.ts';
import { findRun, getSummary, RUN_REFERENCE } from '../ledger/runs.ts';
import type { Act } from './action.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { stopOnSignals } from './signals.ts';
import { withLedger, withOutput, type Options } from './options.ts';
import { printRun } from './print-run.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { watchRun } from './watch-run.ts';

type ShowOptions = Options & { readonly watch?: boolean };

export function addShow(program: Command, act: Act): void {
  const command = program
    .command('show')
    .summary('show a run from the ledger')
    .description('Shows a run from the ledger, and exits with the exit code of that run.')
    .argument('[run]', RUN_REFERENCE, 'last')
    .option('-w, --watch', 'wait until the run ends, wherever it runs');
  withOutput(withLedger(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep show
  keysweep show last-sweep --watch
  keysweep show 20261127T225500Z --all
  keysweep show last --ledger s3://my-ledger/keysweep --json`,
    )
    .action(act(show));
}

/** @throws RunReferenceError, UnreadableLedgerError */
async function show(reference: string, options: ShowOptions, terminal: Terminal): Promise<ExitCode> {
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
