import * as z from 'zod';
import { sha256 } from '../config/hash.ts';
import type { ObjectStore } from './object-store.ts';
import { MAX_HOLD_DAYS } from './max-hold-days.ts';
import { MemoryChangedError, UnverifiedObjectError } from './errors.ts';
import { isRunId, runIdTime } from './run-id.ts';
import { parseStored, type Stored } from './parse-stored.ts';

const date = z.iso.datetime().transform((iso) => new Date(iso));

/** Strict, because the next write would lose an unknown field. */
const rememberedKey = z.strictObject({
  userName: z.string(),
  /** Start of the sweep that deactivated the key, or first found it inactive. */
  inactiveSince: date.optional(),
  byRun: z.string().optional(),
  /** An undo protects the key until then. */
  holdUntil: date.optional(),
  heldByRun: z.string().optional(),
});
export type RememberedKey = Stored<typeof rememberedKey>;

const memorySchema = z.strictObject({
  keys: z.record(z.string(), rememberedKey),
  governed: z.record(z.string(), z.array(z.string())).optional(),
});

const DAY = 24 * 60 * 60 * 1000;

/** An operator's clock may be ahead of the rotator's by that much. */
const SKEW = 15 * 60 * 1000;

/**
 * When a hold ends, by what can be proven: the ID of the undo that made it has its time. One of no run, or of
 * a run that is still to come, does not count.
 * @returns undefined: the key is not held
 */
export function holdEnd({ holdUntil, heldByRun = '' }: Partial<RememberedKey>, now: Date): Date | undefined {
  const made = isRunId(heldByRun) ? runIdTime(heldByRun).getTime() : NaN;
  if (!holdUntil || !(made <= now.getTime() + SKEW)) return undefined;
  return new Date(Math.min(holdUntil.getTime(), made + MAX_HOLD_DAYS * DAY));
}

/** What runs remember about the keys of one account: docs/deletion.md. */
export interface AccountMemory {
  /** By access key ID. */
  readonly keys: ReadonlyMap<string, RememberedKey>;
  /** The keys that the rules governed at the last sweep, by user. */
  readonly governed?: ReadonlyMap<string, readonly string[]> | undefined;
}

export interface NamedKey {
  readonly accessKeyId: string;
  readonly userName: string;
}

export const EMPTY_MEMORY: AccountMemory = { keys: new Map() };

/**
 * @throws UnreadableLedgerError, UnverifiedObjectError, because without the memory holds would be ignored;
 *   the store's error
 */
export async function readMemory(store: ObjectStore, accountId: string): Promise<AccountMemory> {
  const key = memoryKey(accountId);
  const body = await store.get(key);
  if (body === undefined && store.tampered?.has(key))
    throw new UnverifiedObjectError(
      `${key} in ${store.location} was not stored by keysweep, so holds and dates of account ${accountId} ` +
        'are unknown and nothing was done there. Run keysweep verify --all.',
    );
  return memoryIn(body, key);
}

function memoryIn(body: string | undefined, key: string): AccountMemory {
  if (body === undefined) return EMPTY_MEMORY;
  const { keys, governed } = parseStored(memorySchema, body, key);
  return {
    keys: new Map(Object.entries(keys)),
    ...(governed && { governed: new Map(Object.entries(governed)) }),
  };
}

/**
 * Replaces the memory of the account. Durable when it resolves.
 * @param from what was read: a suspended attempt must not remove holds that an undo has stored meanwhile
 * @throws MemoryChangedError, UnreadableLedgerError; the store's error
 */
export async function writeMemory(
  store: ObjectStore,
  accountId: string,
  { from, to }: { readonly from: AccountMemory; readonly to: AccountMemory },
): Promise<void> {
  const key = memoryKey(accountId);
  await store.update(key, (body) => {
    const stored = textOf(memoryIn(body, key));
    // Replaces only an object that somebody else changed.
    if (stored === textOf(to)) return body;
    if (stored === textOf(from)) return textOf(to);
    throw new MemoryChangedError(
      `Another process changed ${key} in ${store.location} after this one read it, ` +
        `so nothing more was done in account ${accountId}. Run again.`,
    );
  });
}

export function memorySha256(memory: AccountMemory): string {
  return sha256(textOf(memory));
}

/** Equal memories give equal texts. */
function textOf({ keys, governed }: AccountMemory): string {
  const ordered = [...keys].map(
    ([accessKeyId, { userName, inactiveSince, byRun, holdUntil, heldByRun }]) =>
      [accessKeyId, { userName, inactiveSince, byRun, holdUntil, heldByRun }] as const,
  );
  const stored = {
    keys: Object.fromEntries(ordered),
    ...(governed && { governed: Object.fromEntries(governed) }),
  };
  return `${JSON.stringify(stored, undefined, 2)}\n`;
}

/** @throws UnreadableLedgerError, the store's error */
export async function* listMemories(
  store: ObjectStore,
): AsyncGenerator<{ readonly accountId: string; readonly memory: AccountMemory }> {
  for (const key of await store.list(ACCOUNTS)) {
    // Ignores copies of a file that a synchronized folder made.
    const accountId = MEMORY.exec(key)?.[1];
    if (accountId === undefined) continue;
    const body = await store.get(key);
    // What keysweep did not store is no memory.
    if (body !== undefined) yield { accountId, memory: memoryIn(body, key) };
  }
}

/**
 * Where somebody else changed a memory: stores the last one that keysweep stored again, or an empty one if it
 * stored none. Call it under the lock.
 * @returns the keys of the objects
 */
export async function restoreMemories(store: ObjectStore): Promise<string[]> {
  const keys = [...(store.tampered?.keys() ?? [])].filter((key) => MEMORY.test(key));
  for (const key of keys) await store.update(key, (body) => body ?? textOf(EMPTY_MEMORY));
  return keys;
}

const ACCOUNTS = 'accounts/';
const MEMORY = /^accounts\/(\d{12})\.json$/;

export function memoryKey(accountId: string): string {
  return `${ACCOUNTS}${accountId}.json`;
}

/**
 * The memory after a sweep of the account.
 * @param inactive every key that is now known not to be Active. Keys recorded earlier keep their date; the
 *   dates of all other keys, which are gone or Active again, are dropped.
 * @param at start of the sweep. Holds that ended before are dropped.
 */
export function rememberInactive(
  memory: AccountMemory,
  inactive: readonly NamedKey[],
  runId: string,
  at: Date,
): AccountMemory {
  const keys = new Map<string, RememberedKey>();
  for (const [accessKeyId, known] of memory.keys) {
    const { userName, heldByRun } = known;
    const holdUntil = holdEnd(known, at);
    if (holdUntil && holdUntil > at) keys.set(accessKeyId, { userName, holdUntil, heldByRun });
  }
  for (const { accessKeyId, userName } of inactive) {
    const { inactiveSince = at, byRun = runId } = memory.keys.get(accessKeyId) ?? {};
    keys.set(accessKeyId, { ...keys.get(accessKeyId), userName, inactiveSince, byRun });
  }
  return { ...memory, keys };
}

/**
 * The memory before a sweep writes to the account: the days of a key that was activated again start over.
 * @param active every key that was read as Active
 * @returns the same memory when none of them had a date
 */
export function forgetActive(memory: AccountMemory, active: readonly NamedKey[]): AccountMemory {
  const dated = active.filter(({ accessKeyId }) => memory.keys.get(accessKeyId)?.inactiveSince !== undefined);
  if (dated.length === 0) return memory;
  const keys = new Map(memory.keys);
  for (const { accessKeyId, userName } of dated) {
    const { holdUntil, heldByRun } = keys.get(accessKeyId) ?? {};
    keys.set(accessKeyId, { userName, holdUntil, heldByRun });
  }
  return { ...memory, keys };
}

/** No sweep revokes these keys, which an undo made or found Active, before `until`. A longer hold stays. */
export function hold(
  memory: AccountMemory,
  activated: readonly NamedKey[],
  until: Date,
  runId: string,
): AccountMemory {
  const keys = new Map(memory.keys);
  for (const { accessKeyId, userName } of activated) {
    const known: Partial<RememberedKey> = keys.get(accessKeyId) ?? {};
    const { heldByRun } = known;
    const holdUntil = holdEnd(known, runIdTime(runId));
    const stays = holdUntil && holdUntil > until;
    keys.set(accessKeyId, {
      userName,
      ...(stays ? { holdUntil, heldByRun } : { holdUntil: until, heldByRun: runId }),
    });
  }
  return { ...memory, keys };
}

export function liftHold(memory: AccountMemory, accessKeyIds: readonly string[]): AccountMemory {
  const keys = new Map(memory.keys);
  for (const accessKeyId of accessKeyIds) {
    const known = keys.get(accessKeyId);
    if (known) keys.set(accessKeyId, { ...known, holdUntil: undefined, heldByRun: undefined });
  }
  return { ...memory, keys };
}
