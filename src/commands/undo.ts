import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

import { loadConfig } from '../config/load.ts';
import { readRecords } from '../ledger/read-run.ts';
import { findRun, RUN_REFERENCE } from '../ledger/runs.ts';
import { foldRun } from '../ledger/stored-run.ts';
import { printableJson } from '../report/printable.ts';
import { renderUndoPlan } from '../report/undo.ts';
import { laterWrites } from '../sweep/undo/later-writes.ts';
import { planUndo } from '../sweep/undo/plan-undo.ts';
import { applyUndo } from '../sweep/undo/apply-undo.ts';
import { openStore } from '../ledger/open-store.ts';
import { interruptedNotice } from './interrupted-notice.ts';
import { connect } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { stopOnSignals } from './signals.ts';
import { keepPage } from './store-report.ts';
import {
  withConfig,
  withConnection,
  withLedger,
  withOutput,
  type ConfigOptions,
  type ConnectionOptions,
  type LedgerOptions,
  type OutputOptions,
} from './options.ts';
import { printRun, rowsOf } from './print-run.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { checkSelection } from './undo-selection.ts';

export type UndoOptions = ConfigOptions &
  LedgerOptions &
  ConnectionOptions &
  OutputOptions & {
    readonly apply?: boolean;
    readonly account?: readonly string[];
    readonly user?: readonly string[];
    readonly key?: readonly string[];
    readonly holdDays: number;
  };

export function addUndo(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const command = program
    .command('undo')
    .summary('activate again what a run deactivated')
    .description(
      'Shows which keys of a run can be activated again and, with --apply, does it and holds them, so that the next sweep leaves them alone.',
    )
    .argument('<run>', RUN_REFERENCE)
    .option('--apply', 'do it; without it, undo only shows')
    .option('-a, --account <id...>', 'only these accounts')
    .option('-u, --user <name...>', 'only these users')
    .option('-k, --key <id...>', 'only these access keys')
    .option('--hold-days <days>', 'days for which sweeps leave the keys alone', days, 30);
  withOutput(withConnection(withLedger(withConfig(command))))
    .addHelpText(
      'after',
      `
Examples:
  keysweep undo last                                         what can be activated again
  keysweep undo last --apply --user ada --hold-days 7        one user's keys, for a week
  keysweep undo 20261127T225500Z --apply --account 111122223333`,
    )
    .action(async (reference: string, options: UndoOptions) => {
      end(await undo(reference, options, terminal));
    });
}

/** @throws RunReferenceError, UsageError when the run wrote to nothing that was named, UnreadableLedgerError, CallFailedError */
export async function undo(reference: string, options: UndoOptions, terminal: Terminal): Promise<ExitCode> {
  const config = await loadConfig(options.config);
  const clients = connect(options, config);
  const { deadline, release } = stopOnSignals(terminal);
  try {
    const store = openStore(options.ledger, clients.s3);
    const run = await foldRun(readRecords(store, await findRun(store, reference)));
    const selection = { accounts: options.account, users: options.user, keys: options.key };
    checkSelection(run, selection);
    const plan = planUndo(run, selection, await laterWrites(store, run.started.runId));
    const hasWork = plan.accounts.some(
      ({ restorable, activatedSince }) => restorable.length + activatedSince.length > 0,
    );
    if (options.apply !== true || !hasWork) {
      terminal.print(
        options.json === true
          ? printableJson(plan)
          : renderUndoPlan(plan, { style: terminal.style, rows: rowsOf(options) }),
      );
      return 0;
    }
    const { progress, explain } = interruptedNotice(terminal);
    const dependencies = { ...THIS_PROCESS, config, clients, store, deadline, progress };
    const { runId } = await applyUndo(plan, options.holdDays, dependencies).catch((error: unknown) => {
      explain('last-undo');
      throw error;
    });
    const ended = await printRun(store, runId, options, terminal);
    await keepPage(store, ended, options, terminal);
    return ended.exitCode;
  } finally {
    release();
    clients.close();
  }
}

function days(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0 || count > 3650) {
    throw new InvalidArgumentError('Expected a whole number of days from 0 to 3650.');
  }
  return count;
}
