import { loadConfig } from '../config/load.ts';
import { readDenyList } from '../ledger/deny-list.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { readRunByReference } from '../ledger/runs.ts';
import { undoJson } from '../report/json.ts';
import { renderUndoPlan } from '../report/undo.ts';
import { laterWrites } from '../sweep/undo/later-writes.ts';
import { planUndo, type UndoPlan } from '../sweep/undo/plan-undo.ts';
import { applyUndo } from '../sweep/undo/apply-undo.ts';
import { interruptedNotice } from './interrupted-notice.ts';
import { useLedger, type UsedLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { sendNotices } from './send-notices.ts';
import { stopOnSignals } from './signals.ts';
import { printAndStorePage } from './store-report.ts';
import { requiredReason, type Options } from './options.ts';
import { rowsOf } from './print-run.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { checkSelection } from './undo-selection.ts';
import { UsageError } from './errors.ts';

export type UndoOptions = Options & {
  readonly apply?: boolean;
  readonly user?: readonly string[];
  readonly key?: readonly string[];
  readonly holdDays: number;
  readonly overrideUser?: readonly string[];
  readonly leakedKey?: readonly string[];
};

/** @throws RunReferenceError, UsageError, UnreadableLedgerError, CallFailedError */
export async function undo(reference: string, options: UndoOptions, terminal: Terminal): Promise<ExitCode> {
  const reason = options.apply === true ? checkRequest(options) : undefined;
  const config = await loadConfig(options.config);
  const start = ({ store, clients, otherLedger }: UsedLedger): Promise<ExitCode> =>
    stopOnSignals(terminal, async (deadline) => {
      const plan = await readUndoPlan(store, reference, options);
      const hasWork = plan.accounts.some(
        ({ restorable, activatedSince }) => restorable.length + activatedSince.length > 0,
      );
      if (options.apply !== true || !hasWork) {
        const leaked = await readDenyList(store);
        terminal.print(
          options.json === true
            ? undoJson(plan, leaked)
            : renderUndoPlan(plan, { style: terminal.style, rows: rowsOf(options, terminal.style) }, leaked),
        );
        return 0;
      }
      const { progress, explain } = interruptedNotice(terminal);
      const dependencies = { ...THIS_PROCESS, config, clients, store, deadline, progress, otherLedger };
      const request = { reason, overrideUsers: options.overrideUser, leakedKeys: options.leakedKey };
      const undoing = applyUndo(plan, options.holdDays, dependencies, request);
      const summary = await undoing.catch((error: unknown) => {
        explain('last-undo');
        throw error;
      });
      await sendNotices({ runId: summary.runId, config, clients, store }, terminal);
      return (await printAndStorePage(store, summary, options, terminal)).exitCode;
    });
  return useLedger(options, start, { config, writes: options.apply === true });
}

/** @returns the reason @throws UsageError when it is not said which keys, or why */
function checkRequest(options: UndoOptions): string {
  const { all, account, user, key } = options;
  if (all !== true && !(account ?? user ?? key))
    throw new UsageError(
      'Name what to restore: --key, --user or --account, or --all for all keys of the run.',
    );
  return requiredReason(options, 'keysweep undo RUN --apply');
}

async function readUndoPlan(store: ObjectStore, reference: string, options: UndoOptions): Promise<UndoPlan> {
  const run = await readRunByReference(store, reference);
  const selection = { accounts: options.account, users: options.user, keys: options.key };
  checkSelection(run, selection);
  return planUndo(run, selection, await laterWrites(store, run.started.runId));
}
