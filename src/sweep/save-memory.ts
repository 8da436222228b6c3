import { memorySha256, writeMemory, type AccountMemory } from '../ledger/memory.ts';
import type { RunContext } from './run-context.ts';

/**
 * Stores an account's memory, after a record by which a change of others is noticed. Does nothing after the
 * lock was lost, when another run may have stored holds; this run then writes to no more keys either.
 * @param memory as it was read, and as it is to be
 * @throws MemoryChangedError; the store's error
 */
export async function saveMemory(
  accountId: string,
  memory: { readonly from: AccountMemory; readonly to: AccountMemory },
  { store, lock, log, now }: Pick<RunContext, 'store' | 'lock' | 'log' | 'now'>,
): Promise<void> {
  const isLost = async (): Promise<boolean> => {
    await lock.confirm();
    return lock.lost.aborted;
  };
  if (await isLost()) return;
  const sha256 = memorySha256(memory.to);
  await log.append([{ type: 'memory-saved', at: now().toISOString(), accountId, sha256 }]);
  if (!(await isLost())) await writeMemory(store, accountId, memory);
}
