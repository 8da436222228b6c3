import type { Schedule } from '../config/schedule-expression.ts';
import type { Config } from '../config/schema.ts';
import type { ObjectStore } from './object-store.ts';
import { readStart, readWriter } from './read-run.ts';
import type { RunStarted } from './record.ts';
import { newRunId } from './run-id.ts';
import { NOTICES_WRITER } from './run-keys.ts';
import { getSummary, listRunIds } from './runs.ts';

const MAX_RUNS = 100;
const HOUR = 3_600_000;

/** Newest first, without runs that have stored nothing. @throws UnreadableLedgerError, the store's error */
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
 * Notice runs of a sweep, newest first.
 * @param slot the time of that sweep
 * @throws UnreadableLedgerError, the store's error
 */
export async function noticeRuns(
  store: ObjectStore,
  { noticeHours }: Config['schedule'],
  slot: Date,
): Promise<readonly { readonly runId: string; readonly at: string; readonly ended: boolean }[]> {
  const runs = await runsSince(store, new Date(slot.getTime() - (Number(noticeHours) + 24) * HOUR));
  const forSlot = runs.filter(({ noticeFor }) => noticeFor === slot.toISOString());
  return Promise.all(
    forSlot.map(async ({ runId, at }) => ({
      runId,
      at,
      ended: (await getSummary(store, runId)) !== undefined,
    })),
  );
}

/**
 * The keys whose owners got no mail about a sweep, according to its newest notice run.
 * @throws UnreadableLedgerError, the store's error
 */
export async function keysWithoutNotice(
  store: ObjectStore,
  schedule: Config['schedule'],
  slot: Date,
): Promise<string[]> {
  const run = (await noticeRuns(store, schedule, slot)).find(({ ended }) => ended);
  const { records } = run ? await readWriter(store, run.runId, NOTICES_WRITER) : { records: [] };
  return records.flatMap((record) => (record.type === 'notice-failed' && record.accessKeyIds) || []);
}

/**
 * A past firing of a `rate(…)`, from which its other firings can be computed.
 * @returns undefined for a cron expression, and if the ledger has no recent scheduled sweep
 * @throws UnreadableLedgerError, the store's error
 */
export async function knownFiring(store: ObjectStore, { expression }: Schedule): Promise<Date | undefined> {
  if (!expression.startsWith('rate(')) return undefined;
  for (const id of (await listRunIds(store)).slice(0, MAX_RUNS)) {
    const run = await readStart(store, id);
    if (run?.mode === 'sweep' && run.scheduledFor !== undefined) return new Date(run.scheduledFor);
  }
  return undefined;
}
