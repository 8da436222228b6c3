import { writeMemory, type AccountMemory } from '../ledger/memory.ts';
import type { RunContext } from './run-context.ts';

/**
 * Stores an account's memory. Does nothing after the lock was lost, when another run may have stored holds;
 * this run then writes to no more keys either.
 * @param memory as it was read, and as it is to be
 * @throws MemoryChangedError; the store's error
 */
export async function saveMemory(
  accountId: string,
  memory: { readonly from: AccountMemory; readonly to: AccountMemory },
  { store, lock }: Pick<RunContext, 'store' | 'lock'>,
): Promise<void> {
  await lock.confirm();
  if (!lock.lost.aborted) await writeMemory(store, accountId, memory);
}
