import type { ObjectStore } from '../ledger/object-store.ts';
import { readWriter } from '../ledger/read-run.ts';
import { openRunLog } from '../ledger/run-log.ts';
import { RunIdTakenError } from '../ledger/errors.ts';
import { readRun } from '../ledger/runs.ts';
import { notifyOfRun, type Notifier, type NoticeResult } from './notify.ts';

/** Under this name the ledger holds who was told of a run. */
export const NOTICES_WRITER = 'notices';

/**
 * Tells of a run as the ledger holds it, and stores who was told beside it. Where two attempts at the end of a run tell of it at
 * once, what the quicker one stored stands.
 * @param onTold gets what was told and what was not, before it is stored
 * @throws UnreadableLedgerError, the store's error
 */
export async function notifyAndRecord(
  runId: string,
  store: ObjectStore,
  telling: Notifier,
  onTold: (told: readonly NoticeResult[]) => void,
): Promise<void> {
  const told = await notifyOfRun(await readRun(store, runId), telling);
  onTold(told);
  try {
    await openRunLog(store, runId, { writer: NOTICES_WRITER }).append(told);
  } catch (error) {
    if (!(error instanceof RunIdTakenError)) throw error;
  }
}

/** Whether a run was told of, by what the ledger holds. @throws UnreadableLedgerError, the store's error */
export async function wasNotified(store: ObjectStore, runId: string): Promise<boolean> {
  return (await readWriter(store, runId, NOTICES_WRITER)).stored > 0;
}
