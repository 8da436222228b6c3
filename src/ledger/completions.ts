import type { ObjectStore } from './object-store.ts';
import { readRecords } from './read-run.ts';
import { listRunIds } from './runs.ts';

interface Completion {
  readonly value: string;
  readonly description: string;
}

export interface LedgerCompletions {
  /** The keywords, then the IDs, newest first. */
  readonly runs: readonly Completion[];
  /** Those of the newest run. */
  readonly accounts: readonly Completion[];
}

const KEYWORDS: readonly Completion[] = [
  { value: 'last', description: 'the newest run' },
  { value: 'last-sweep', description: 'the newest sweep' },
  { value: 'last-plan', description: 'the newest plan' },
  { value: 'last-undo', description: 'the newest undo' },
  { value: 'last-inventory', description: 'the newest inventory' },
];

const MAX_RUNS = 50;

/** @throws UnreadableLedgerError, the store's error */
export async function ledgerCompletions(store: ObjectStore): Promise<LedgerCompletions> {
  const ids = await listRunIds(store);
  const [newest] = ids;
  return {
    runs: [...KEYWORDS, ...ids.slice(0, MAX_RUNS).map((value) => ({ value, description: '' }))],
    accounts: newest === undefined ? [] : await accountsOf(store, newest),
  };
}

async function accountsOf(store: ObjectStore, runId: string): Promise<Completion[]> {
  for await (const record of readRecords(store, runId)) {
    if (record.type !== 'accounts-listed') continue;
    return record.accounts.map(({ id, name }) => ({ value: id, description: name }));
  }
  return [];
}
