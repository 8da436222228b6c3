import type { ObjectStore } from './object-store.ts';
import { readRecords } from './read-run.ts';
import { listRunIds } from './runs.ts';

interface Name {
  readonly value: string;
  readonly description: string;
}

/** What can be named, for a shell to complete. */
export interface LedgerCompletions {
  /** Newest first, after the words that stand for one. */
  readonly runs: readonly Name[];
  /** Of the newest run, with their names. */
  readonly accounts: readonly Name[];
}

const WORDS: readonly Name[] = [
  { value: 'last', description: 'the newest run' },
  { value: 'last-sweep', description: 'the newest sweep' },
  { value: 'last-plan', description: 'the newest plan' },
  { value: 'last-undo', description: 'the newest undo' },
];

/** A shell that offers more is none the better for it. */
const MOST_RUNS = 50;

/** @throws UnreadableLedgerError, the store's error */
export async function ledgerCompletions(store: ObjectStore): Promise<LedgerCompletions> {
  const ids = await listRunIds(store);
  const [newest] = ids;
  return {
    runs: [...WORDS, ...ids.slice(0, MOST_RUNS).map((value) => ({ value, description: '' }))],
    accounts: newest === undefined ? [] : await accountsOf(store, newest),
  };
}

async function accountsOf(store: ObjectStore, runId: string): Promise<Name[]> {
  for await (const record of readRecords(store, runId)) {
    if (record.type !== 'accounts-listed') continue;
    return record.accounts.map(({ id, name }) => ({ value: id, description: name }));
  }
  return [];
}
