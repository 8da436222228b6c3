import { OUTCOMES, type AccountOutcome } from '../ledger/outcomes.ts';
import type { RunSummary } from '../ledger/record.ts';

/** One CloudWatch metric of a run. */
export interface RunMetric {
  readonly name: string;
  readonly unit: 'Count' | 'Seconds';
  readonly value: number;
}

/** Namespace of all metrics; the dimensions of a run's are `service` and `mode`. */
export const METRICS_NAMESPACE = 'keysweep';

/**
 * The dimension `mode` of a run's metrics. A run of some accounts says nothing of the week's sweep, and neither does a notice run.
 */
export function metricsMode({ mode, filtered, noticeFor }: RunSummary): string {
  if (noticeFor !== undefined) return 'notice';
  return filtered ? `filtered-${mode}` : mode;
}

/** The `mode` of what the hourly watchdog publishes. */
export const WATCHDOG_MODE = 'watchdog';

/** 1 for a run that was ok, 0 for any other, also for one that broke off and has no other metrics. Alarms rest on it. */
export const RUN_OK = 'RunOk';

/** 1 while the last sweep that had to be is missing, unfinished or not ok, else 0; every hour, from the watchdog. */
export const SWEEP_MISSED = 'SweepMissed';

/** Notices that a channel did not take, and those that it took; their only dimension is `service`. */
export const NOTICES_FAILED = 'NoticesFailed';
export const NOTICES_SENT = 'NoticesSent';

/** Accounts that ended in none of the good outcomes. */
export const ACCOUNTS_NOT_COVERED = 'AccountsNotCovered';

/** 1 when a limit stopped the sweep before it wrote. */
export const STOPPED_BY_LIMIT = 'StoppedByLimit';

/** The metrics of a run. Zero is published as zero. Pure. */
export function metricsOf(summary: RunSummary): RunMetric[] {
  const { accounts, keys, verdict } = summary;
  const notCovered = OUTCOMES.bad.reduce((sum, outcome) => sum + (accounts[outcome] ?? 0), 0);
  const count = (name: string, value: number): RunMetric => ({ name, unit: 'Count', value });
  return [
    count(RUN_OK, verdict === 'ok' ? 1 : 0),
    count(STOPPED_BY_LIMIT, verdict === 'stopped' ? 1 : 0),
    count('AccountsListed', summary.accountsListed),
    count(ACCOUNTS_NOT_COVERED, notCovered),
    ...[...OUTCOMES.ok, ...OUTCOMES.bad].map((outcome) =>
      count(outcomeMetric(outcome), accounts[outcome] ?? 0),
    ),
    count('KeysSeen', keys.seen),
    count('KeysDue', keys.due),
    count('KeysDeactivated', keys.deactivated),
    count('KeysDeleted', keys.deleted),
    count('KeysFailed', keys.failed),
    count('Calls', summary.calls ?? 0),
    count('Throttles', summary.throttles ?? 0),
    {
      name: 'Duration',
      unit: 'Seconds',
      value: (Date.parse(summary.finishedAt) - Date.parse(summary.startedAt)) / 1000,
    },
  ];
}

/** `cannot-assume` → `AccountsCannotAssume` */
export function outcomeMetric(outcome: AccountOutcome): string {
  return `accounts-${outcome}`.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter: string) =>
    letter.toUpperCase(),
  );
}
