import type { Schedule } from '../config/schedule-expression.ts';
import type { ObjectStore } from './object-store.ts';
import { readStart } from './read-run.ts';
import type { RunStarted } from './record.ts';
import { newRunId } from './run-id.ts';
import { listRunIds } from './runs.ts';

/** How far back a time of the schedule is looked for. */
const LOOKED_THROUGH = 100;

/**
 * How the runs since a time began, newest first. A run that has stored nothing yet is passed over.
 * @throws UnreadableLedgerError, the store's error
 */
export async function runsSince(store: ObjectStore, since: Date): Promise<RunStarted[]> {
  const first = newRunId(since, () => '000');
  const found: RunStarted[] = [];
  for (const id of await listRunIds(store)) {
    const run = id < first ? undefined : await readStart(store, id);
    if (run) found.push(run);
  }
  return found;
}

/**
 * Any past firing of a `rate(…)`, which counts from when AWS made the schedule: the time that last started a sweep.
 * @returns undefined for a cron expression, which needs none, and when no scheduled sweep is in the ledger
 * @throws as runsSince
 */
export async function knownFiring(store: ObjectStore, { expression }: Schedule): Promise<Date | undefined> {
  if (!expression.startsWith('rate(')) return undefined;
  for (const id of (await listRunIds(store)).slice(0, LOOKED_THROUGH)) {
    const run = await readStart(store, id);
    if (run?.mode === 'sweep' && run.scheduledFor !== undefined) return new Date(run.scheduledFor);
  }
  return undefined;
}
