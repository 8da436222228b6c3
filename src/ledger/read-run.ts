import type { ObjectStore } from './object-store.ts';
import { parseStored } from './parse-stored.ts';
import { UnreadableLedgerError } from './errors.ts';
import { recordSchema, type LedgerRecord, type RunStarted, type RunSummary } from './record.ts';
import { END_WRITER, recordsKey, recordsPrefix } from './run-keys.ts';

const CONCURRENT_READS = 16;

/**
 * The records of a run so far: first those of the process that started it, then those of each other writer.
 * @throws UnreadableLedgerError, also if there are none; RangeError for an invalid run ID; the store's error
 */
export async function* readRecords(store: ObjectStore, runId: string): AsyncGenerator<LedgerRecord> {
  const keys = await store.list(recordsPrefix(runId));
  if (keys.length === 0)
    throw new UnreadableLedgerError(`The ledger at ${store.location} has no records of run ${runId}.`);
  checkNumbers(keys, runId, store.location);
  yield* readObjects(store, keys);
}

/**
 * @returns undefined if the run failed before its first record
 * @throws UnreadableLedgerError, the store's error
 */
export async function readStart(store: ObjectStore, runId: string): Promise<RunStarted | undefined> {
  const key = recordsKey(runId, 1);
  const body = await store.get(key);
  if (body === undefined) return undefined;
  const [first] = parseRecords(key, body);
  return first?.type === 'run-started' ? first : undefined;
}

/**
 * The recorded end of a run, from the last objects of the two writers that may have ended it.
 * @returns undefined for a run that was interrupted or has not ended
 * @throws UnreadableLedgerError, the store's error
 */
export async function readEnd(store: ObjectStore, runId: string): Promise<RunSummary | undefined> {
  const keys = await store.list(recordsPrefix(runId));
  const lasts = [undefined, END_WRITER].map((writer) => {
    const prefix = recordsPrefix(runId, writer);
    return keys.findLast((key) => key.startsWith(prefix) && !key.includes('/', prefix.length));
  });
  for await (const record of readObjects(
    store,
    lasts.filter((key) => key !== undefined),
  ))
    if (record.type === 'run-finished') return record.summary;
  return undefined;
}

/**
 * The stored records of a run, then the new ones after every wait, until it ends.
 * @param wait false: stop
 * @throws UnreadableLedgerError, the store's error
 */
export async function* followRecords(
  store: ObjectStore,
  runId: string,
  wait: () => Promise<boolean>,
): AsyncGenerator<readonly LedgerRecord[]> {
  const seen = new Set<string>();
  for (;;) {
    const keys = (await store.list(recordsPrefix(runId))).filter((key) => !seen.has(key));
    const records: LedgerRecord[] = [];
    for await (const record of readObjects(store, keys)) records.push(record);
    for (const key of keys) seen.add(key);
    yield records;
    if (records.some(({ type }) => type === 'run-finished') || !(await wait())) return;
  }
}

export interface WriterRecords {
  readonly records: readonly LedgerRecord[];
  /** Number of objects. */
  readonly stored: number;
}

/**
 * What one writer has stored so far, so that its next attempt can continue.
 * @param writer omitted: the process that started the run
 * @throws UnreadableLedgerError, the store's error
 */
export async function readWriter(store: ObjectStore, runId: string, writer?: string): Promise<WriterRecords> {
  const prefix = recordsPrefix(runId, writer);
  const keys = (await store.list(prefix)).filter((key) => !key.slice(prefix.length).includes('/'));
  checkNumbers(keys, runId, store.location);
  const records: LedgerRecord[] = [];
  for await (const record of readObjects(store, keys)) records.push(record);
  return { records, stored: keys.length };
}

/** A missing number means lost records. */
function checkNumbers(keys: readonly string[], runId: string, location: string): void {
  const prefix = recordsPrefix(runId);
  const counts = new Map<string | undefined, number>();
  for (const key of keys) {
    const writer = /[^/]+(?=\/)/.exec(key.slice(prefix.length))?.[0];
    const number = (counts.get(writer) ?? 0) + 1;
    const expected = recordsKey(runId, number, writer);
    if (key !== expected) throw new UnreadableLedgerError(`${expected} is missing from ${location}`);
    counts.set(writer, number);
  }
}

async function* readObjects(store: ObjectStore, keys: readonly string[]): AsyncGenerator<LedgerRecord> {
  for (let start = 0; start < keys.length; start += CONCURRENT_READS) {
    const some = keys.slice(start, start + CONCURRENT_READS);
    const bodies = await Promise.all(some.map(async (key) => ({ key, body: await store.get(key) })));
    for (const { key, body } of bodies) yield* parseRecords(key, body);
  }
}

function* parseRecords(key: string, body: string | undefined): Generator<LedgerRecord> {
  if (!body?.endsWith('\n')) throw new UnreadableLedgerError(`${key} is truncated`);
  for (const [index, line] of body.slice(0, -1).split('\n').entries())
    yield parseStored(recordSchema, line, `${key} line ${index + 1}`);
}
