import type { ObjectStore } from '../ledger/object-store.ts';
import { readWriter } from '../ledger/read-run.ts';
import { NOTICES_WRITER } from '../ledger/run-keys.ts';
import { openRunLog } from '../ledger/run-log.ts';
import { RunIdTakenError } from '../ledger/errors.ts';
import { readRun } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { sendRunNotices, type Notifier, type NoticeResult } from './notify.ts';

/**
 * Sends the notices of a run, read from the ledger, and records them there. If two attempts do so at the same
 * time, the first record stays.
 * @param onSent receives the results before they are recorded
 * @param others what else is sent, and recorded with the notices
 * @throws UnreadableLedgerError, the store's error
 */
export async function notifyAndRecord(
  runId: string,
  store: ObjectStore,
  notifier: Notifier,
  onSent: (results: readonly NoticeResult[]) => void,
  others: (run: StoredRun) => Promise<readonly NoticeResult[]> = () => Promise.resolve([]),
): Promise<void> {
  const run = await readRun(store, runId);
  const results = [...(await sendRunNotices(run, notifier)), ...(await others(run))];
  onSent(results);
  try {
    await openRunLog(store, runId, { writer: NOTICES_WRITER }).append(results);
  } catch (error) {
    if (!(error instanceof RunIdTakenError)) throw error;
  }
}

/** Whether the ledger records notices of a run. @throws UnreadableLedgerError, the store's error */
export async function wasNotified(store: ObjectStore, runId: string): Promise<boolean> {
  return (await readWriter(store, runId, NOTICES_WRITER)).stored.objects > 0;
}
