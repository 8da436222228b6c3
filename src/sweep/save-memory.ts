import { writeMemory, type AccountMemory } from '../ledger/memory.ts';
import type { RunContext } from './run-context.ts';

/**
 * Stores what is remembered of an account; durable when it resolves. Not after the lock was lost: the run that has it now may
 * have put holds there since. Then no key is written to any more either.
 * @param memory from what was read to what follows from it
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
