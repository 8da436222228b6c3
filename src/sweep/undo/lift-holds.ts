import { liftHold, listMemories, type AccountMemory } from '../../ledger/memory.ts';
import type { AccountFinished, RunSummary } from '../../ledger/record.ts';
import { NO_KEYS } from '../../ledger/totals.ts';
import { recordWrites } from '../apply/write-keys.ts';
import { beginRun, withLock } from '../begin.ts';
import { concludeRun } from '../conclude.ts';
import { throwStopped } from '../errors.ts';
import { finishAccount } from '../outcome.ts';
import type { RunContext, RunDependencies } from '../run-context.ts';
import { saveMemory } from '../save-memory.ts';

/**
 * Lifts the holds on keys, as a run of its own: the ledger says who did it, when and why. Enters no account.
 * @throws CallFailedError when the caller or the organization is unknown; LockHeldError; the ledger's error
 */
export async function liftHolds(
  accessKeyIds: readonly string[],
  reason: string,
  dependencies: RunDependencies,
): Promise<RunSummary> {
  const context = await beginRun({ mode: 'lift', filters: {}, reason }, dependencies).catch(throwStopped);
  return withLock(context, () => liftAll(accessKeyIds, context));
}

async function liftAll(accessKeyIds: readonly string[], context: RunContext): Promise<RunSummary> {
  const memories: Held[] = [];
  for await (const { accountId, memory } of listMemories(context.store)) {
    const held = accessKeyIds.filter((id) => memory.keys.get(id)?.holdUntil);
    if (held.length > 0) memories.push({ accountId, memory, held });
  }
  const listed = memories.map(({ accountId: id }) => ({
    id,
    name: '',
    state: '',
    isManagementAccount: false,
  }));
  await context.log.append([{ type: 'accounts-listed', at: context.now().toISOString(), accounts: listed }]);
  const finished: AccountFinished[] = [];
  for (const held of memories) finished.push(await liftIn(held, context));
  const none = { exceeded: [], problems: [], warnings: [] };
  return concludeRun({ ...none, mode: 'lift', filtered: true, listed, finished }, context);
}

interface Held {
  readonly accountId: string;
  readonly memory: AccountMemory;
  /** IDs of its keys to lift. */
  readonly held: readonly string[];
}

async function liftIn({ accountId, memory, held }: Held, context: RunContext): Promise<AccountFinished> {
  await saveMemory(accountId, { from: memory, to: liftHold(memory, held) }, context);
  const results = held.map((accessKeyId) => {
    const { userName = '' } = memory.keys.get(accessKeyId) ?? {};
    return { accessKeyId, userName, outcome: 'hold-lifted' as const };
  });
  await recordWrites({ account: { id: accountId } }, { type: 'writes-done', results }, context);
  return finishAccount(accountId, { outcome: 'swept', reason: '', keys: NO_KEYS }, context);
}
