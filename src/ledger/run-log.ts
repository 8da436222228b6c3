import type { ObjectStore } from './object-store.ts';
import type { LedgerRecord } from './record.ts';
import { RunIdTakenError } from './errors.ts';
import { checkedRunId } from './run-id.ts';
import { recordsKey } from './run-keys.ts';

/** Where a run writes down what happens, while it happens. */
export interface RunLog {
  /**
   * Resolves when the records are durable, in the order of the calls. While one object is being stored, what is appended
   * waits and goes into the next one together: a slow store makes larger objects and not a slower sweep.
   * @throws RunIdTakenError, or the store's error; so does every later append, for a run whose ledger has a gap must not go on
   */
  append(records: readonly LedgerRecord[]): Promise<void>;
}

/** Whose records of a run these are, where several processes write them down. */
export interface LogPosition {
  /** Left out: those of the process that began the run. */
  readonly writer?: string | undefined;
  /** Objects that an earlier attempt of this writer has stored; the next one gets the number after them. None when left out. */
  readonly stored?: number;
}

/**
 * Opens a log; nothing is stored before the first append. Two processes that open the same one at the same place cannot both
 * go on: the slower one's first append fails, and with it everything that it would have done next.
 * @throws RangeError when the id is no run id
 */
export function openRunLog(
  store: ObjectStore,
  runId: string,
  { writer, stored = 0 }: LogPosition = {},
): RunLog {
  checkedRunId(runId);
  let number = stored;
  let waiting: string[] = [];
  /** The commit that will take what is waiting, and the one before it. */
  let next: Promise<void> | undefined;
  let latest = Promise.resolve();

  const commit = async (): Promise<void> => {
    const key = recordsKey(runId, ++number, writer);
    const body = waiting.join('');
    waiting = [];
    next = undefined;
    if (!(await store.putNew(key, body))) throw new RunIdTakenError(runId, key, store.location);
  };

  return {
    append: (records) => {
      if (records.length === 0) return latest;
      for (const record of records) waiting.push(`${JSON.stringify(record)}\n`);
      // Once a commit has failed, no `then` runs any more: `next` stays, rejected with the first failure.
      next ??= latest = latest.then(commit);
      return next;
    },
  };
}
