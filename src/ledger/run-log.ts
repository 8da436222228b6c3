import type { ObjectStore } from './object-store.ts';
import type { LedgerRecord } from './record.ts';
import { RunIdTakenError } from './errors.ts';
import { checkedRunId } from './run-id.ts';
import { recordsKey } from './run-keys.ts';

export interface RunLog {
  /**
   * Resolves when the records are durable, in the order of the calls. What is appended during a put goes into
   * the next object, so a slow store makes larger objects and not a slower sweep.
   * @throws RunIdTakenError, the store's error; every later append does too, because the log would have a gap
   */
  append(records: readonly LedgerRecord[]): Promise<void>;
}

export interface LogPosition {
  /** One of several processes that write records of the run; omitted: the one that started it. */
  readonly writer?: string | undefined;
  /** Number of objects that earlier attempts of this writer have stored; omitted: none. */
  readonly stored?: number;
}

/**
 * Opens a log without storing anything. If two processes open a log at the same position, the first append of
 * the slower one fails.
 * @throws RangeError when the ID is not a run ID
 */
export function openRunLog(
  store: ObjectStore,
  runId: string,
  { writer, stored = 0 }: LogPosition = {},
): RunLog {
  checkedRunId(runId);
  let number = stored;
  let waiting: string[] = [];
  /** The commit that will store what is waiting, and the latest one. */
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
      // After a failed commit no `then` runs, so `next` stays rejected with that failure.
      next ??= latest = latest.then(commit);
      return next;
    },
  };
}
