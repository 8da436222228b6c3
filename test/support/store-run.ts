import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { AccountOutcome } from '../../src/ledger/outcomes.ts';
import type { RunStarted, RunSummary } from '../../src/ledger/record.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { putSummary } from '../../src/ledger/runs.ts';
import { accountFinished, accountsListed, AT, runStarted, summary } from './records.ts';

/** Stores a run whose records add up to its summary. */
export async function storeRun(
  store: ObjectStore,
  overrides: Partial<RunSummary> = {},
  start: Partial<RunStarted> = {},
): Promise<void> {
  const end = summary(overrides);
  const { runId, mode } = end;
  const outcomes = Object.entries(end.accounts).flatMap(([outcome, count]) =>
    Array.from({ length: count }, () => outcome as AccountOutcome),
  );
  const finished = outcomes.map((outcome, index) => accountFinished(String(index), { outcome }));
  await openRunLog(store, runId).append([
    runStarted({ runId, mode, ...start }),
    accountsListed(...finished.map(({ accountId }) => accountId)),
    ...finished,
    { type: 'run-finished', at: AT, summary: end },
  ]);
  await putSummary(store, end);
}
