import { setTimeout as sleep } from 'node:timers/promises';

import { runHoldingLock } from '../ledger/lock.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { followRecords } from '../ledger/read-run.ts';
import type { LedgerRecord, RunMode } from '../ledger/record.ts';
import type { Progress } from '../sweep/progress.ts';

export interface Watching {
  readonly host: string;
  readonly now: () => Date;
  readonly progress: Progress;
  /** Aborted: stop watching. */
  readonly signal: AbortSignal;
  /** Milliseconds between two checks. */
  readonly interval: number;
}

/** A plan holds no lock that would show its death. */
const MAX_SILENCE_MS = 10 * 60_000;

/** More than one, because the run may end between the checks of its records and of its lock. */
const MAX_CHECKS_WITHOUT_LOCK = 2;

/**
 * Shows the progress of a run that is written elsewhere, such as in a Lambda.
 * @returns when it has ended or died, or the signal was given
 * @throws UnreadableLedgerError, the store's error
 */
export async function watchRun(store: ObjectStore, runId: string, watching: Watching): Promise<void> {
  const { progress, now } = watching;
  const seen: Seen = { mode: 'sweep', listed: 0, planned: new Set(), finished: new Set(), writes: false };
  let newest = now();
  let checksWithoutLock = 0;
  const isRunning = async (): Promise<boolean> => {
    checksWithoutLock = (await runHoldingLock(store, watching)) === runId ? 0 : checksWithoutLock + 1;
    const isDead = seen.mode !== 'plan' && checksWithoutLock >= MAX_CHECKS_WITHOUT_LOCK;
    if (isDead || now().getTime() - newest.getTime() > MAX_SILENCE_MS) return false;
    return pause(watching);
  };
  for await (const records of followRecords(store, runId, isRunning)) {
    if (records.length > 0) newest = now();
    for (const record of records) update(seen, record);
    show(seen, progress);
  }
}

/** @returns false if the signal was given */
async function pause({ interval, signal }: Watching): Promise<boolean> {
  try {
    await sleep(interval, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

/** What the records show so far. */
interface Seen {
  mode: RunMode;
  listed: number;
  readonly planned: Set<string>;
  readonly finished: Set<string>;
  writes: boolean;
}

function update(seen: Seen, record: LedgerRecord): void {
  if (record.type === 'run-started') seen.mode = record.mode;
  if (record.type === 'accounts-listed') seen.listed += record.accounts.length;
  if (record.type === 'account-planned') seen.planned.add(record.accountId);
  if (record.type === 'account-finished') seen.finished.add(record.accountId);
  if (record.type === 'limits-checked') seen.writes = seen.mode === 'sweep';
}

function show({ listed, planned, finished, writes }: Seen, progress: Progress): void {
  if (listed === 0) return;
  if (writes) progress({ step: 'applying', done: finished.size, total: listed });
  else progress({ step: 'planning', done: new Set([...planned, ...finished]).size, total: listed });
}
