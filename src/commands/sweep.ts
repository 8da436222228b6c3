import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { PlanFile } from '../ledger/plan-file.ts';
import { newRunId } from '../ledger/run-id.ts';
import type { ToRead } from '../sweep/inventory/inventory-account.ts';
import { runInventory } from '../sweep/inventory/run-inventory.ts';
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

type RunToMake =
  /** `toRead` throws UsageError. */
  | { readonly mode: 'inventory'; readonly toRead: (config: Config) => ToRead }
  | {
      readonly mode: SweepRequest['mode'];
      /** Whether to ask before writing. */
      readonly asks?: boolean;
      readonly only?: PlanFile;
    };

/** Executes a run and prints it from the ledger. */
export async function runAndPrint(
  toMake: RunToMake,
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
        const request = { runId, filters, reason: options.reason };
        const dependencies = { ...THIS_PROCESS, config, clients, store, deadline, progress, otherLedger };
        if (toMake.mode === 'inventory')
          return runInventory({ ...request, ...toMake.toRead(config) }, dependencies);
        const { mode, asks, only } = toMake;
        const approve = asks === true ? confirmRevocation(terminal, deadline.writing) : undefined;
        return runSweep({ ...request, mode, only, approve }, dependencies);
      }).catch((error: unknown) => {
        explain(runId);
        throw error;
      });
      if (toMake.mode !== 'inventory') await sendNotices({ runId, config, clients, store }, terminal);
      return await printAndStorePage(store, summary, options, terminal);
    } catch (error) {
      await printFailed(store, runId, options, terminal);
      throw error;
    }
  };
  return useLedger(options, run, { config, writes: toMake.mode === 'sweep' });
}
