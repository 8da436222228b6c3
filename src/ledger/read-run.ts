import type { ObjectStore } from './object-store.ts';
import { parseStored, UnreadableLedgerError } from './parse-stored.ts';
import type { LedgerRecord } from './record.ts';
import { recordSchema } from './record-schema.ts';
import { recordsKey, recordsPrefix } from './run-keys.ts';

/** Objects fetched at a time: a large run in S3 has hundreds. */
const READ_AHEAD = 16;

/**
 * The records of a run in the order in which they were appended; of a run under way, those stored so far.
 * @throws UnreadableLedgerError naming object and line, also when the run has no records; RangeError for what is no run
 *   id; the store's own error
 */
export async function* readRecords(store: ObjectStore, runId: string): AsyncGenerator<LedgerRecord> {
  const keys = await store.list(recordsPrefix(runId));
  if (keys.length === 0)
    throw new UnreadableLedgerError(`the ledger at ${store.location} has no records of ${runId}`);
  const gap = keys.findIndex((key, index) => key !== recordsKey(runId, index + 1));
  if (gap !== -1)
    throw new UnreadableLedgerError(`${recordsKey(runId, gap + 1)} is missing from ${store.location}`);
  for (let start = 0; start < keys.length; start += READ_AHEAD) {
    const some = keys.slice(start, start + READ_AHEAD);
    const bodies = await Promise.all(some.map(async (key) => ({ key, body: await store.get(key) })));
    for (const { key, body } of bodies) yield* parseRecords(key, body ?? '');
  }
}

function* parseRecords(key: string, body: string): Generator<LedgerRecord> {
  if (!body.endsWith('\n')) throw new UnreadableLedgerError(`${key} is cut off`);
  for (const [index, line] of body.slice(0, -1).split('\n').entries())
    yield parseStored(recordSchema, line, `${key} line ${index + 1}`);
}
