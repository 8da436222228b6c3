import type { ObjectStore } from '../ledger/object-store.ts';
import { readRecords, readStart } from '../ledger/read-run.ts';
import { listRunIds } from '../ledger/runs.ts';
import { foldRun } from '../ledger/stored-run.ts';
import { wasDeactivated } from './undo-plan.ts';

/**
 * The keys that later runs than this one deactivated, or perhaps did, each with the newest such run. Their records are asked, and
 * not the memory of the accounts: that holds the run which first found a key inactive, which need not have deactivated it.
 * @returns run ids by access key id
 * @throws UnreadableLedgerError, the store's error
 */
export async function deactivatedSince(
  store: ObjectStore,
  runId: string,
): Promise<ReadonlyMap<string, string>> {
  const since = new Map<string, string>();
  const later = (await listRunIds(store)).filter((id) => id > runId);
  for (const id of later.reverse()) {
    if ((await readStart(store, id))?.mode !== 'sweep') continue;
    const { accounts } = await foldRun(readRecords(store, id));
    for (const { writes } of accounts.values())
      for (const write of [...writes.values()].filter(wasDeactivated)) since.set(write.accessKeyId, id);
  }
  return since;
}
