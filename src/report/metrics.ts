import { OUTCOMES, type RunSummary } from '../ledger/record.ts';

/** One CloudWatch metric of a run. */
export interface RunMetric {
  readonly name: string;
  readonly unit: 'Count' | 'Seconds';
  readonly value: number;
}

/** Namespace of all metrics; their dimensions are `service` and `mode` (`sweep`, `plan`, or `filtered-…` for a run of some accounts). */
export const METRICS_NAMESPACE = 'keysweep';

/** 1 for a run that was ok, 0 for any other; absent when no run came to its end. Alarms rest on it. */
export const RUN_OK = 'RunOk';

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
      count(`Accounts${pascal(outcome)}`, accounts[outcome] ?? 0),
    ),
    count('KeysSeen', keys.seen),
    count('KeysDue', keys.due),
    count('KeysDeactivated', keys.deactivated),
    count('KeysDeleted', keys.deleted),
    count('KeysFailed', keys.failed),
    {
      name: 'Duration',
      unit: 'Seconds',
      value: (Date.parse(summary.finishedAt) - Date.parse(summary.startedAt)) / 1000,
    },
  ];
}

/** `cannot-assume` → `CannotAssume` */
function pascal(outcome: string): string {
  return outcome.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
}
