import type { ObjectStore } from './object-store.ts';
import { readRecords } from './read-run.ts';
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
  return beginnings(
    store,
    (await listRunIds(store)).filter((id) => id >= first),
  );
}

/** The time of the schedule that last started a sweep; undefined when none is in the ledger. @throws as runsSince */
export async function lastSlot(store: ObjectStore): Promise<Date | undefined> {
  const ids = (await listRunIds(store)).slice(0, LOOKED_THROUGH);
  for (const id of ids) {
    const [run] = await beginnings(store, [id]);
    if (run?.mode === 'sweep' && run.scheduledFor !== undefined) return new Date(run.scheduledFor);
  }
  return undefined;
}

async function beginnings(store: ObjectStore, ids: readonly string[]): Promise<RunStarted[]> {
  const found: RunStarted[] = [];
  for (const id of ids) {
    for await (const record of readRecords(store, id)) {
      if (record.type === 'run-started') found.push(record);
      break;
    }
  }
  return found;
}
