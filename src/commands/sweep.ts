import type { Command } from 'commander';

import { loadConfig } from '../config/load.ts';
import type { PlanFile } from '../ledger/plan-file.ts';
import { newRunId } from '../ledger/run-id.ts';
import { runSweep, type SweepRequest } from '../sweep/run.ts';
import { confirmRevocation } from './confirm.ts';
import { interruptedNotice } from './interrupted-notice.ts';
import type { Act } from './action.ts';
import { useLedger, type UsedLedger } from './connect.ts';
import { readFilters } from './named-filters.ts';
import { sendNotices } from './send-notices.ts';
import { stopOnSignals } from './signals.ts';
import { printAndStorePage, printFailed } from './store-report.ts';
import {
  withDetailedExitCode,
  withFilters,
  withWrittenLedger,
  withOutput,
  withReason,
  type Options,
} from './options.ts';
import type { RunEnded } from './print-run.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { UsageError } from './errors.ts';

export type SweepOptions = Options & { readonly apply?: boolean; readonly yes?: boolean };

export function addSweep(program: Command, act: Act): void {
  const command = program
    .command('sweep')
    .summary('plan and, with --apply, revoke keys in armed accounts')
    .description('Plans the organization and, with --apply, revokes the due keys in armed accounts.')
    .option('--apply', 'revoke keys; without it, sweep is the same as plan')
    .option('-y, --yes', 'revoke without asking');
  withDetailedExitCode(withReason(withOutput(withFilters(withWrittenLedger(command)))))
    .addHelpText(
      'after',
      `
Examples:
  keysweep sweep                                   only plan
  keysweep sweep --apply                           plan, ask, revoke
  keysweep sweep --apply --account 111122223333    only in one account
  keysweep sweep --apply --yes --json > run.json   in a script`,
    )
    .action(
      act(async (options: SweepOptions, terminal: Terminal) => (await sweep(options, terminal)).exitCode),
    );
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
