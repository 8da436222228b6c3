import type { Command } from 'commander';

import type { Clients } from '../aws/clients.ts';
import { loadConfig } from '../config/load.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { readRunByReference, RUN_REFERENCE } from '../ledger/runs.ts';
import { undoJson } from '../report/json.ts';
import { renderUndoPlan } from '../report/undo.ts';
import { laterWrites } from '../sweep/undo/later-writes.ts';
import { planUndo, type UndoPlan } from '../sweep/undo/plan-undo.ts';
import { applyUndo } from '../sweep/undo/apply-undo.ts';
import { interruptedNotice } from './interrupted-notice.ts';
import type { Act } from './action.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { stopOnSignals } from './signals.ts';
import { printAndStorePage } from './store-report.ts';
import {
  integerOption,
  withConfig,
  withLedger,
  withOutput,
  type ConfigOptions,
  type LedgerOptions,
  type OutputOptions,
} from './options.ts';
import { rowsOf } from './print-run.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { checkSelection } from './undo-selection.ts';

export type UndoOptions = ConfigOptions &
  LedgerOptions &
  OutputOptions & {
    readonly apply?: boolean;
    readonly account?: readonly string[];
    readonly user?: readonly string[];
    readonly key?: readonly string[];
    readonly holdDays: number;
  };

export function addUndo(program: Command, act: Act): void {
  const command = program
    .command('undo')
    .summary('reactivate the keys that a run deactivated')
    .description(
      'Shows which keys of a run can be reactivated. With --apply, reactivates and holds them, ' +
        'so that sweeps leave them alone.',
    )
    .argument('<run>', RUN_REFERENCE)
    .option('--apply', 'reactivate; without it, undo only shows the keys')
    .option('-a, --account <id...>', 'only in these accounts')
    .option('-u, --user <name...>', 'only of these users')
    .option('-k, --key <id...>', 'only these access keys')
    .option('--hold-days <days>', 'days for which sweeps leave the keys alone', integerOption(0, 3650), 30);
  withOutput(withLedger(withConfig(command)))
    .addHelpText(
      'after',
      `
Examples:
  keysweep undo last                                         what can be reactivated
  keysweep undo last --apply --user ada --hold-days 7        one user's keys, for a week
  keysweep undo 20261127T225500Z --apply --account 111122223333`,
    )
    .action(act(undo));
}

/** @throws RunReferenceError, UsageError, UnreadableLedgerError, CallFailedError */
export async function undo(reference: string, options: UndoOptions, terminal: Terminal): Promise<ExitCode> {
  const config = await loadConfig(options.config);
  const start = (store: ObjectStore, clients: Clients): Promise<ExitCode> =>
    stopOnSignals(terminal, async (deadline) => {
      const plan = await readUndoPlan(store, reference, options);
      const hasWork = plan.accounts.some(
        ({ restorable, activatedSince }) => restorable.length + activatedSince.length > 0,
      );
      if (options.apply !== true || !hasWork) {
        terminal.print(
          options.json === true
            ? undoJson(plan)
            : renderUndoPlan(plan, { style: terminal.style, rows: rowsOf(options) }),
        );
        return 0;
      }
      const { progress, explain } = interruptedNotice(terminal);
      const dependencies = { ...THIS_PROCESS, config, clients, store, deadline, progress };
      const summary = await applyUndo(plan, options.holdDays, dependencies).catch((error: unknown) => {
        explain('last-undo');
        throw error;
      });
      return (await printAndStorePage(store, summary, options, terminal)).exitCode;
    });
  return useLedger(options, start, config);
}

async function readUndoPlan(store: ObjectStore, reference: string, options: UndoOptions): Promise<UndoPlan> {
  const run = await readRunByReference(store, reference);
  const selection = { accounts: options.account, users: options.user, keys: options.key };
  checkSelection(run, selection);
  return planUndo(run, selection, await laterWrites(store, run.started.runId));
}
