import type { ObjectStore } from '../../ledger/object-store.ts';
import type { RunMode } from '../../ledger/record.ts';
import { readStart } from '../../ledger/read-run.ts';
import { listRunIds, readRun } from '../../ledger/runs.ts';
import type { StoredWrite } from '../../ledger/stored-run.ts';
import { wasDeactivated, type LaterWrite } from './plan-undo.ts';

/** What counts of a write; one that a sweep perhaps made does, and one that an undo perhaps made has to be made again. */
const COUNTS: Readonly<Partial<Record<RunMode, (write: StoredWrite) => LaterWrite['did'] | undefined>>> = {
  sweep: (write) => (wasDeactivated(write) ? 'deactivated' : undefined),
  undo: ({ outcome }) => (outcome === 'reactivated' ? 'activated' : undefined),
};

/**
 * The keys that later runs than this one wrote to. Their records are asked, and not the memory of the accounts: that holds the
 * run which first found a key inactive, which need not have deactivated it.
 * @returns by access key id
 * @throws UnreadableLedgerError, the store's error
 */
export async function laterWrites(
  store: ObjectStore,
  runId: string,
): Promise<ReadonlyMap<string, LaterWrite>> {
  const since = new Map<string, LaterWrite>();
  const later = (await listRunIds(store)).filter((id) => id > runId);
  for (const byRun of later.reverse()) {
    const mode = (await readStart(store, byRun))?.mode;
    const counts = mode && COUNTS[mode];
    if (!counts) continue;
    const { accounts } = await readRun(store, byRun);
    for (const { writes } of accounts.values()) {
      for (const write of writes.values()) {
        const did = counts(write);
        if (did) since.set(write.accessKeyId, { byRun, did });
      }
    }
  }
  return since;
}
