import type { ObjectStore } from '../ledger/object-store.ts';
import { readRecords } from '../ledger/read-run.ts';
import { openRunLog } from '../ledger/run-log.ts';
import { foldRun } from '../ledger/stored-run.ts';
import { tellOfRun, type Telling, type Told } from './tell.ts';

/** Under this name the ledger holds who was told of a run. */
export const NOTICES_WRITER = 'notices';

/**
 * Tells of a run as the ledger holds it, and stores who was told beside it.
 * @throws UnreadableLedgerError, RunIdTakenError when it has been told already, the store's error
 */
export async function tellAndRecord(
  runId: string,
  store: ObjectStore,
  telling: Telling,
): Promise<readonly Told[]> {
  const told = await tellOfRun(await foldRun(readRecords(store, runId)), telling);
  await openRunLog(store, runId, { writer: NOTICES_WRITER }).append(told);
  return told;
}
