import type { ObjectStore } from './object-store.ts';
import { parseStored } from './parse-stored.ts';
import { endsOf, FIRST_WRITER, isChainLine, openChain, type Chain } from './chain.ts';
import { UnreadableLedgerError } from './errors.ts';
import {
  recordSchema,
  type GroupsSeen,
  type LedgerRecord,
  type RunStarted,
  type RunSummary,
} from './record.ts';
import { END_WRITER, recordsKey, recordsPrefix } from './run-keys.ts';
import { NO_OBJECTS, type LogEnd } from './run-log.ts';

const CONCURRENT_READS = 16;

/**
 * The records of a run so far: first those of the process that started it, then those of each other writer.
 * @throws UnreadableLedgerError, also if there are none; RangeError for an invalid run ID; the store's error
 */
export async function* readRecords(
  store: ObjectStore,
  runId: string,
  chain = openChain(store, runId),
): AsyncGenerator<LedgerRecord> {
  yield* readObjects(store, await store.list(recordsPrefix(runId)), chain);
  if (chain.writers.size === 0)
    throw new UnreadableLedgerError(`The ledger at ${store.location} has no records of run ${runId}.`);
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
 * The recorded end of a run.
 * @returns undefined for a run that was interrupted or has not ended
 * @throws UnreadableLedgerError, the store's error
 */
export async function readEnd(store: ObjectStore, runId: string): Promise<RunSummary | undefined> {
  for await (const record of readLast(store, runId))
    if (record.type === 'run-finished') return record.summary;
  return undefined;
}

/** Where groups existed at a sweep; empty if it has not recorded that. @throws like {@link readEnd} */
export async function readGroups(store: ObjectStore, runId: string): Promise<GroupsSeen['groups']> {
  for await (const record of readLast(store, runId)) if (record.type === 'groups-seen') return record.groups;
  return [];
}

/** The last objects of the two writers that may have ended the run. */
async function* readLast(store: ObjectStore, runId: string): AsyncGenerator<LedgerRecord> {
  const keys = await store.list(recordsPrefix(runId));
  const lasts = [undefined, END_WRITER].map((writer) => {
    const prefix = recordsPrefix(runId, writer);
    return keys.findLast((key) => key.startsWith(prefix) && !key.includes('/', prefix.length));
  });
  yield* readObjects(
    store,
    lasts.filter((key) => key !== undefined),
  );
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
  readonly stored: LogEnd;
}

/**
 * What one writer has stored so far, so that its next attempt can continue.
 * @param writer omitted: the process that started the run
 * @throws UnreadableLedgerError, the store's error
 */
export async function readWriter(store: ObjectStore, runId: string, writer?: string): Promise<WriterRecords> {
  const prefix = recordsPrefix(runId, writer);
  const keys = (await store.list(prefix)).filter((key) => !key.slice(prefix.length).includes('/'));
  const chain = openChain(store, runId);
  const records: LedgerRecord[] = [];
  for await (const record of readObjects(store, keys, chain)) records.push(record);
  return { records, stored: endsOf(chain)[writer ?? FIRST_WRITER] ?? NO_OBJECTS };
}

/** Without what keysweep did not store. */
async function* readObjects(
  store: ObjectStore,
  keys: readonly string[],
  chain?: Chain,
): AsyncGenerator<LedgerRecord> {
  for (let start = 0; start < keys.length; start += CONCURRENT_READS) {
    const some = keys.slice(start, start + CONCURRENT_READS);
    const bodies = await Promise.all(some.map(async (key) => ({ key, body: await store.get(key) })));
    for (const { key, body } of bodies) {
      if (body === undefined && store.tampered?.has(key)) continue;
      chain?.add(key, body ?? '');
      yield* parseRecords(key, body);
    }
  }
}

function* parseRecords(key: string, body: string | undefined): Generator<LedgerRecord> {
  if (!body?.endsWith('\n')) throw new UnreadableLedgerError(`${key} is truncated`);
  for (const [index, line] of body.slice(0, -1).split('\n').entries())
    if (index > 0 || !isChainLine(line)) yield parseStored(recordSchema, line, `${key} line ${index + 1}`);
}
