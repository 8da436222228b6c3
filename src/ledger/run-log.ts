import { sha256 } from '../config/hash.ts';
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
  /** Stored with the next append, and not at all if there is none. */
  prepare(record: LedgerRecord): void;
  /** What is durable, when no append is in progress. */
  end(): LogEnd;
}

/** The last object of a writer: each begins with the SHA-256 of the one before it. */
export interface LogEnd {
  /** Number of objects. */
  readonly objects: number;
  /** Of the last object, as hex; empty if there is none. */
  readonly sha256: string;
}

export const NO_OBJECTS: LogEnd = { objects: 0, sha256: '' };

export interface LogPosition {
  /** One of several processes that write records of the run; omitted: the one that started it. */
  readonly writer?: string | undefined;
  /** What earlier attempts of this writer have stored; omitted: nothing. */
  readonly stored?: LogEnd;
}

/**
 * Opens a log without storing anything. If two processes open a log at the same position, the first append of
 * the slower one fails.
 * @throws RangeError when the ID is not a run ID
 */
export function openRunLog(
  store: ObjectStore,
  runId: string,
  { writer, stored = NO_OBJECTS }: LogPosition = {},
): RunLog {
  checkedRunId(runId);
  let end = stored;
  let waiting: string[] = [];
  /** The commit that will store what is waiting, and the latest one. */
  let next: Promise<void> | undefined;
  let latest = Promise.resolve();

  const commit = async (): Promise<void> => {
    const objects = end.objects + 1;
    const key = recordsKey(runId, objects, writer);
    const body = `${chainLine(end)}\n${waiting.join('')}`;
    waiting = [];
    next = undefined;
    if (!(await store.putNew(key, body))) throw new RunIdTakenError(runId, key, store.location);
    end = { objects, sha256: sha256(body) };
  };

  const prepare = (record: LedgerRecord): void => {
    waiting.push(`${JSON.stringify(record)}\n`);
  };

  return {
    prepare,
    append: (records) => {
      if (records.length === 0) return latest;
      records.forEach(prepare);
      // After a failed commit no `then` runs, so `next` stays rejected with that failure.
      next ??= latest = latest.then(commit);
      return next;
    },
    end: () => end,
  };
}

/** The first line of the object after this one. */
export function chainLine({ sha256: previous }: LogEnd): string {
  return JSON.stringify({ previous });
}
