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

/** The time of the schedule that last started a sweep; undefined when none is in the ledger. @throws as runsSince */
export async function lastSlot(store: ObjectStore): Promise<Date | undefined> {
  for (const id of (await listRunIds(store)).slice(0, LOOKED_THROUGH)) {
    const run = await readStart(store, id);
    if (run?.mode === 'sweep' && run.scheduledFor !== undefined) return new Date(run.scheduledFor);
  }
  return undefined;
}
