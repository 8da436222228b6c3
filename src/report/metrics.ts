import { OUTCOMES, type AccountOutcome } from '../ledger/outcomes.ts';
import type { KeyInventory, RunSummary } from '../ledger/record.ts';
import { totalOf } from './inventory.ts';
import { countNotCovered } from './not-covered.ts';

export interface RunMetric {
  readonly name: string;
  readonly unit: 'Count' | 'Seconds';
  readonly value: number;
}

/** The metrics of a run have the dimensions `service` and `mode`. */
export const METRICS_NAMESPACE = 'keysweep';

/** The dimension `mode`. Filtered runs and notice runs must not be mistaken for the weekly sweep. */
export function metricsMode({ mode, filtered, noticeFor }: RunSummary): string {
  if (noticeFor !== undefined) return 'notice';
  return filtered ? `filtered-${mode}` : mode;
}

/** The `mode` of the hourly watchdog's metrics. */
export const WATCHDOG_MODE = 'watchdog';

/** 1 for a run that was ok, 0 for any other; an interrupted run has no other metrics. For alarms. */
export const RUN_OK = 'RunOk';

/** 1 while the last scheduled sweep is missing, unfinished or not ok, else 0. Hourly, from the watchdog. */
export const SWEEP_MISSED = 'SweepMissed';

/** Their only dimension is `service`. */
export const NOTICES_FAILED = 'NoticesFailed';
export const NOTICES_SENT = 'NoticesSent';

/** Keys that were reported as leaked, and work or may work. Its only dimension is `service`. */
export const LEAKED_KEYS_LIVE = 'LeakedKeysLive';

export const ACCOUNTS_NOT_COVERED = 'AccountsNotCovered';

/** 1 when a limit stopped the sweep before it wrote. */
export const STOPPED_BY_LIMIT = 'StoppedByLimit';

/** Zero is published as zero. */
export function metricsOf(summary: RunSummary): RunMetric[] {
  const { accounts, keys, verdict } = summary;
  return [
    count(RUN_OK, verdict === 'ok' ? 1 : 0),
    count(STOPPED_BY_LIMIT, verdict === 'stopped' ? 1 : 0),
    count('AccountsListed', summary.accountsListed),
    count(ACCOUNTS_NOT_COVERED, countNotCovered(summary)),
    ...[...OUTCOMES.ok, ...OUTCOMES.bad].map((outcome) =>
      count(outcomeMetric(outcome), accounts[outcome] ?? 0),
    ),
    count('KeysSeen', keys.seen),
    count('KeysDue', keys.due),
    count('KeysDeactivated', keys.deactivated),
    count('KeysDeleted', keys.deleted),
    count('KeysFailed', keys.failed),
    ...(summary.mode === 'inventory' && summary.inventory ? inventoryMetrics(summary.inventory) : []),
    count('KeysEscaped', summary.escaped ?? 0),
    count('Calls', summary.calls ?? 0),
    count('Throttles', summary.throttles ?? 0),
    {
      name: 'Duration',
      unit: 'Seconds',
      value: (Date.parse(summary.finishedAt) - Date.parse(summary.startedAt)) / 1000,
    },
  ];
}

function count(name: string, value: number): RunMetric {
  return { name, unit: 'Count', value };
}

export const UNGOVERNED_KEYS = 'UngovernedKeys';
export const ROOT_KEYS = 'RootKeys';

/** Ungoverned: no sweep revokes them, whatever their age. */
function inventoryMetrics(inventory: KeyInventory): RunMetric[] {
  return [
    count(UNGOVERNED_KEYS, totalOf(inventory) - inventory.governed),
    count(ROOT_KEYS, inventory.rootKeys),
  ];
}

/** `cannot-assume` → `AccountsCannotAssume` */
export function outcomeMetric(outcome: AccountOutcome): string {
  return `accounts-${outcome}`.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter: string) =>
    letter.toUpperCase(),
  );
}
