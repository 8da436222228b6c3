import { setTimeout as sleep } from 'node:timers/promises';

import { runThatWrites } from '../ledger/lock.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { followRecords } from '../ledger/read-run.ts';
import type { LedgerRecord, RunMode } from '../ledger/record.ts';
import type { Progress } from '../sweep/progress.ts';

export interface Watching {
  readonly host: string;
  readonly now: () => Date;
  readonly progress: Progress;
  /** Aborted: the watcher has seen enough. */
  readonly signal: AbortSignal;
  /** Milliseconds between two looks. */
  readonly interval: number;
}

/** A plan holds no lock by which its death could be told: after so long a silence it is taken for dead. */
const SILENCE_MS = 10 * 60_000;

/** Looks without a lock that are one too many: the run may have ended between looking at its records and at its lock. */
const LOOKS_WITHOUT_LOCK = 2;

/**
 * Waits for the end of a run that is written somewhere else, such as in a Lambda, and tells how far it is.
 * @returns when it has ended, has died, or the signal was given
 * @throws UnreadableLedgerError, the store's error
 */
export async function watchRun(store: ObjectStore, runId: string, watching: Watching): Promise<void> {
  const { progress, now } = watching;
  const seen = newCount();
  let newest = now();
  let unlocked = 0;
  const goesOn = async (): Promise<boolean> => {
    const writing = await runThatWrites(store, watching);
    unlocked = writing === runId ? 0 : unlocked + 1;
    const isDead = seen.mode !== 'plan' && unlocked >= LOOKS_WITHOUT_LOCK;
    if (isDead || now().getTime() - newest.getTime() > SILENCE_MS) return false;
    return pause(watching);
  };
  for await (const records of followRecords(store, runId, goesOn)) {
    if (records.length > 0) newest = now();
    for (const record of records) count(seen, record);
    tell(seen, progress);
  }
}

/** @returns false when the signal came */
async function pause({ interval, signal }: Watching): Promise<boolean> {
  try {
    await sleep(interval, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

/** How far the run is, by the records that were seen. */
interface Count {
  mode: RunMode;
  listed: number;
  readonly planned: Set<string>;
  readonly finished: Set<string>;
  writes: boolean;
}

function newCount(): Count {
  return { mode: 'sweep', listed: 0, planned: new Set(), finished: new Set(), writes: false };
}

function count(seen: Count, record: LedgerRecord): void {
  if (record.type === 'run-started') seen.mode = record.mode;
  if (record.type === 'accounts-listed') seen.listed += record.accounts.length;
  if (record.type === 'account-planned') seen.planned.add(record.accountId);
  if (record.type === 'account-finished') seen.finished.add(record.accountId);
  if (record.type === 'limits-checked') seen.writes = seen.mode === 'sweep';
}

function tell({ listed, planned, finished, writes }: Count, progress: Progress): void {
  if (listed === 0) return;
  const read = new Set([...planned, ...finished]).size;
  progress(
    writes
      ? { step: 'applying', done: finished.size, total: listed }
      : { step: 'planning', done: read, total: listed },
  );
}
