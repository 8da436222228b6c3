import type { ObjectStore } from '../../ledger/object-store.ts';
import type { RunMode } from '../../ledger/record.ts';
import { readStart } from '../../ledger/read-run.ts';
import { listRunIds, readRun } from '../../ledger/runs.ts';
import type { StoredWrite } from '../../ledger/stored-run.ts';
import { wasDeactivated, type LaterWrite } from './plan-undo.ts';

/**
 * Unconfirmed writes count for a sweep, which may have made them, but not for an undo, which must repeat
 * them.
 */
const EFFECTS: Readonly<Partial<Record<RunMode, (write: StoredWrite) => LaterWrite['effect'] | undefined>>> =
  {
    sweep: (write) => (wasDeactivated(write) ? 'deactivated' : undefined),
    revoke: (write) => (wasDeactivated(write) ? 'deactivated' : undefined),
    undo: ({ outcome }) => (outcome === 'reactivated' ? 'activated' : undefined),
  };

/**
 * The keys that runs after this one wrote to. Reads their records, because the memory of an account only has
 * the run that first found a key inactive, which need not have deactivated it.
 * @returns by access key ID
 * @throws UnreadableLedgerError; the store's error
 */
export async function laterWrites(
  store: ObjectStore,
  runId: string,
): Promise<ReadonlyMap<string, LaterWrite>> {
  const byKey = new Map<string, LaterWrite>();
  const laterRuns = (await listRunIds(store)).filter((id) => id > runId);
  for (const byRun of laterRuns.reverse()) {
    const mode = (await readStart(store, byRun))?.mode;
    const effectOf = mode && EFFECTS[mode];
    if (!effectOf) continue;
    const { accounts } = await readRun(store, byRun);
    for (const write of [...accounts.values()].flatMap(({ writes }) => [...writes.values()])) {
      const effect = effectOf(write);
      if (effect) byKey.set(write.accessKeyId, { byRun, effect });
    }
  }
  return byKey;
}
