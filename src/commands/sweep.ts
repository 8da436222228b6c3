import { loadConfig } from '../config/load.ts';
import type { PlanFile } from '../ledger/plan-file.ts';
import { newRunId } from '../ledger/run-id.ts';
import { runSweep, type SweepRequest } from '../sweep/run.ts';
import { confirmRevocation } from './confirm.ts';
import type { ExitCode } from './exit-code.ts';
import { interruptedNotice } from './interrupted-notice.ts';
import { useLedger, type UsedLedger } from './connect.ts';
import { readFilters } from './named-filters.ts';
import { sendNotices } from './send-notices.ts';
import { stopOnSignals } from './signals.ts';
import { printAndStorePage, printFailed } from './store-report.ts';
import type { Options } from './options.ts';
import type { RunEnded } from './print-run.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { UsageError } from './errors.ts';

export type SweepOptions = Options & { readonly apply?: boolean; readonly yes?: boolean };

export async function sweepCommand(options: SweepOptions, terminal: Terminal): Promise<ExitCode> {
  return (await sweep(options, terminal)).exitCode;
}

/** @throws UsageError if it has to ask and there is no terminal */
export async function sweep(options: SweepOptions, terminal: Terminal): Promise<RunEnded> {
  if (options.apply === true) checkCanConfirm(options, terminal);
  const request = { mode: options.apply === true ? 'sweep' : 'plan', asks: options.yes !== true } as const;
  return runAndPrint(request, options, terminal);
}

/** @throws UsageError */
export function checkCanConfirm({ yes }: { readonly yes?: boolean }, terminal: Terminal): void {
  if (yes === true || terminal.interactive) return;
  throw new UsageError('keysweep asks before it revokes, but there is no terminal. Add --yes.');
}

interface RunToMake {
  readonly mode: SweepRequest['mode'];
  /** Whether to ask before writing. */
  readonly asks?: boolean;
  readonly only?: PlanFile;
}

/** Runs a plan or a sweep and prints it from the ledger. */
export async function runAndPrint(
  { mode, asks, only }: RunToMake,
  options: Options,
  terminal: Terminal,
): Promise<RunEnded> {
  const config = await loadConfig(options.config);
  const runId = newRunId(THIS_PROCESS.now(), THIS_PROCESS.random);
  const { progress, explain, isWriting } = interruptedNotice(terminal);
  const run = async ({ store, clients, otherLedger }: UsedLedger): Promise<RunEnded> => {
    try {
      const summary = await stopOnSignals({ ...terminal, isWriting }, async (deadline) => {
        const filters = await readFilters(options, clients, deadline.reading);
        const approve = asks === true ? confirmRevocation(terminal, deadline.writing) : undefined;
        const request = { mode, runId, filters, only, approve, reason: options.reason };
        const dependencies = { ...THIS_PROCESS, config, clients, store, deadline, progress, otherLedger };
        return runSweep(request, dependencies);
      }).catch((error: unknown) => {
        explain(runId);
        throw error;
      });
      await sendNotices({ runId, config, clients, store }, terminal);
      return await printAndStorePage(store, summary, options, terminal);
    } catch (error) {
      await printFailed(store, runId, options, terminal);
      throw error;
    }
  };
  return useLedger(options, run, { config, writes: mode === 'sweep' });
}
