import pLimit from 'p-limit';
import { runHoldingLock } from './lock.ts';
import type { ObjectStore } from './object-store.ts';
import { UnreadableLedgerError } from './errors.ts';
import { readStart } from './read-run.ts';
import type { RunStarted, RunSummary } from './record.ts';
import { auditRun, listRunIds } from './runs.ts';

/**
 * running: it holds the lock. unfinished: it has no end; a plan holds no lock, so it may be running or dead.
 * unreadable: its records are damaged.
 */
export type ListedRun = { readonly runId: string; readonly started: RunStarted | undefined } & (
  | { readonly status: 'ended'; readonly summary: RunSummary }
  | { readonly status: 'running' | 'unfinished' }
  | { readonly status: 'unreadable'; readonly message: string }
);

export interface ListedRuns {
  readonly runs: readonly ListedRun[];
  readonly total: number;
}

const CONCURRENT_READS = 8;

/**
 * @param limit how many; Infinity for all
 * @param host of this process, to check whether the holder of the lock is alive
 * @returns the newest runs, newest first, and the number of all runs
 * @throws the store's error; UnreadableLedgerError when the lock cannot be read
 */
export async function listRuns(
  store: ObjectStore,
  { limit, host, now }: { readonly limit: number; readonly host: string; readonly now: () => Date },
): Promise<ListedRuns> {
  const ids = await listRunIds(store);
  const runningId = await runHoldingLock(store, { host, now });
  const runs = await pLimit(CONCURRENT_READS).map(ids.slice(0, limit), async (runId) =>
    listedRun(store, runId, runningId),
  );
  return { runs, total: ids.length };
}

async function listedRun(
  store: ObjectStore,
  runId: string,
  runningId: string | undefined,
): Promise<ListedRun> {
  try {
    const started = await readStart(store, runId);
    const summary = started && (await auditRun(store, runId)).summary;
    if (summary) return { runId, started, status: 'ended', summary };
    return { runId, started, status: runningId === runId ? 'running' : 'unfinished' };
  } catch (error) {
    if (!(error instanceof UnreadableLedgerError)) throw error;
    return { runId, started: undefined, status: 'unreadable', message: error.message };
  }
}
