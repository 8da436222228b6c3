import pLimit from 'p-limit';
import * as z from 'zod';

import { UnreadableLedgerError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';
import { parseStored, type Stored } from './parse-stored.ts';

/*
 * Leaked keys, one object a key, which nobody removes. It is stored before the key is deactivated, so it is
 * the intent as well. docs/adr/0022-leaked-keys.md
 */

const date = z.iso.datetime().transform((iso) => new Date(iso));

/** Strict, because the next write would lose an unknown field. */
const leakedKey = z.strictObject({
  accessKeyId: z.string().min(1),
  accountId: z.string().regex(/^\d{12}$/),
  userName: z.string().min(1),
  revokedAt: date,
  byRun: z.string(),
  /** ARN of the caller, or what started the run. */
  by: z.string(),
  reason: z.string(),
  /** Set by an undo that names the key: the entry is no longer in force. */
  restored: z.strictObject({ at: date, byRun: z.string(), reason: z.string() }).exactOptional(),
});
export type LeakedKey = Stored<typeof leakedKey>;

/** The entries in force, by access key ID. */
export type DenyList = ReadonlyMap<string, LeakedKey>;

const PREFIX = 'leaked/';
const ENTRY = /^leaked\/(\w+)\.json$/;
const CONCURRENT_READS = 16;

export function leakedKeyObject(accessKeyId: string): string {
  return `${PREFIX}${accessKeyId}.json`;
}

/** Keys of all objects, also of removed ones where the store knows them. @throws the store's error */
export async function listLeakedKeys(store: ObjectStore): Promise<string[]> {
  const keys = await (store.listEver?.(PREFIX) ?? store.list(PREFIX));
  // Ignores copies of a file that a synchronized folder made.
  return keys.filter((key) => ENTRY.test(key));
}

/** @throws UnreadableLedgerError, because a leaked key could be restored otherwise; the store's error */
export async function readDenyList(store: ObjectStore): Promise<DenyList> {
  const keys = await listLeakedKeys(store);
  const entries = await pLimit(CONCURRENT_READS).map(keys, async (key) => {
    const body = await store.get(key);
    // What keysweep did not store is no entry.
    return body === undefined ? [] : [entryIn(body, key)];
  });
  const inForce = entries.flat().filter(({ restored }) => !restored);
  return new Map(inForce.map((entry) => [entry.accessKeyId, entry]));
}

/** Stores an entry unless there is one in force. @throws like {@link readDenyList} */
export async function denyKey(store: ObjectStore, entry: LeakedKey): Promise<void> {
  const key = leakedKeyObject(entry.accessKeyId);
  if (await store.putNew(key, textOf(entry))) return;
  await store.update(key, (body) =>
    body !== undefined && !entryIn(body, key).restored ? body : textOf(entry),
  );
}

/** Takes keys off the deny list; does nothing about others. @throws like {@link readDenyList} */
export async function allowKeys(
  store: ObjectStore,
  accessKeyIds: readonly string[],
  restored: NonNullable<LeakedKey['restored']>,
): Promise<void> {
  for (const key of accessKeyIds.map(leakedKeyObject))
    await store.update(key, (body) => {
      const entry = body === undefined ? undefined : entryIn(body, key);
      return entry && !entry.restored ? textOf({ ...entry, restored }) : undefined;
    });
}

function entryIn(body: string, key: string): LeakedKey {
  const entry = parseStored(leakedKey, body, key);
  if (leakedKeyObject(entry.accessKeyId) === key) return entry;
  throw new UnreadableLedgerError(`${key} is the entry of another key, ${entry.accessKeyId}`);
}

function textOf(entry: LeakedKey): string {
  return `${JSON.stringify(entry, undefined, 2)}\n`;
}
