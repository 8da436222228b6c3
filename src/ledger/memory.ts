import * as z from 'zod';

import type { ObjectStore } from './object-store.ts';
import { MemoryChangedError } from './errors.ts';
import { parseStored, type Stored } from './parse-stored.ts';

const date = z.iso.datetime().transform((iso) => new Date(iso));

/** Strict, as is the whole: a field that this version does not know would be lost at the next write. */
const rememberedKey = z.strictObject({
  userName: z.string(),
  /** Start of the sweep that first recorded the key as inactive, having deactivated it or found it so. */
  inactiveSince: date.optional(),
  /** That sweep. */
  byRun: z.string().optional(),
  /** An undo protects the key until then. */
  holdUntil: date.optional(),
  /** That undo. */
  heldByRun: z.string().optional(),
});
export type RememberedKey = Stored<typeof rememberedKey>;

const memorySchema = z.strictObject({ keys: z.record(z.string(), rememberedKey) });

/**
 * What runs remember about the keys of one account: since when a key is known to be inactive, and holds.
 * docs/deletion.md says what rests on it.
 */
export interface AccountMemory {
  /** By access key id. */
  readonly keys: ReadonlyMap<string, RememberedKey>;
}

/** A key as an update of the memory names it. */
export interface NamedKey {
  readonly accessKeyId: string;
  readonly userName: string;
}

export const EMPTY_MEMORY: AccountMemory = { keys: new Map() };

/**
 * @returns an empty memory when none was stored yet
 * @throws UnreadableLedgerError: to go on without the memory would take keys that an undo protects; the store's own error
 */
export async function readMemory(store: ObjectStore, accountId: string): Promise<AccountMemory> {
  const key = memoryKey(accountId);
  return memoryIn(await store.get(key), key);
}

function memoryIn(body: string | undefined, key: string): AccountMemory {
  if (body === undefined) return EMPTY_MEMORY;
  return { keys: new Map(Object.entries(parseStored(memorySchema, body, key).keys)) };
}

/**
 * Replaces the memory of the account; durable when it resolves.
 * @param from what was read: an attempt that was overtaken, and wakes when an undo has put holds there, must not take them away
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
    if (stored === textOf(to)) return undefined;
    if (stored === textOf(from)) return textOf(to);
    throw new MemoryChangedError(
      `Another process changed ${key} in ${store.location} after this one read it, so nothing more was done in account ${accountId}. Run again.`,
    );
  });
}

/** One text for one memory, in whatever order its fields were put together. */
function textOf({ keys }: AccountMemory): string {
  const ordered = [...keys].map(
    ([accessKeyId, { userName, inactiveSince, byRun, holdUntil, heldByRun }]) =>
      [accessKeyId, { userName, inactiveSince, byRun, holdUntil, heldByRun }] as const,
  );
  return `${JSON.stringify({ keys: Object.fromEntries(ordered) }, undefined, 2)}\n`;
}

/** The accounts of which anything is remembered. @throws UnreadableLedgerError, the store's error */
export async function* listRemembered(
  store: ObjectStore,
): AsyncGenerator<{ readonly accountId: string; readonly memory: AccountMemory }> {
  for (const key of await store.list(ACCOUNTS)) {
    // A copy that a synchronized folder made of a file beside it is nobody's memory.
    const accountId = MEMORY.exec(key)?.[1];
    if (accountId !== undefined) yield { accountId, memory: await readMemory(store, accountId) };
  }
}

const ACCOUNTS = 'accounts/';
const MEMORY = /^accounts\/(\d{12})\.json$/;

function memoryKey(accountId: string): string {
  return `${ACCOUNTS}${accountId}.json`;
}

/**
 * After a sweep has read an account, and written to it.
 * @param inactive every key of the account that is now known not to be Active. One recorded earlier keeps its date; one
 *   that is not among these is gone or Active again, and its date is forgotten.
 * @param runId the sweep
 * @param at start of the sweep. Holds that ended before are forgotten.
 */
export function rememberInactive(
  memory: AccountMemory,
  inactive: readonly NamedKey[],
  runId: string,
  at: Date,
): AccountMemory {
  const keys = new Map<string, RememberedKey>();
  for (const [accessKeyId, { userName, holdUntil, heldByRun }] of memory.keys)
    if (holdUntil && holdUntil > at) keys.set(accessKeyId, { userName, holdUntil, heldByRun });
  for (const { accessKeyId, userName } of inactive) {
    const { inactiveSince = at, byRun = runId } = memory.keys.get(accessKeyId) ?? {};
    keys.set(accessKeyId, { ...keys.get(accessKeyId), userName, inactiveSince, byRun });
  }
  return { keys };
}

/**
 * Before a sweep writes to an account: a key that it saw Active was activated again since its date was recorded, so its days
 * start again.
 * @param active every key of the account that was read as Active
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
  return { keys };
}

/** Of keys that an undo makes or finds Active: no sweep takes them before `until`, and none remembers them as inactive. A longer hold stays. */
export function hold(
  memory: AccountMemory,
  activated: readonly NamedKey[],
  until: Date,
  runId: string,
): AccountMemory {
  const keys = new Map(memory.keys);
  for (const { accessKeyId, userName } of activated) {
    const { holdUntil, heldByRun } = keys.get(accessKeyId) ?? {};
    const stays = holdUntil && holdUntil > until;
    keys.set(accessKeyId, {
      userName,
      ...(stays ? { holdUntil, heldByRun } : { holdUntil: until, heldByRun: runId }),
    });
  }
  return { keys };
}

/** Ends the holds of these keys at once. */
export function liftHold(memory: AccountMemory, accessKeyIds: readonly string[]): AccountMemory {
  const keys = new Map(memory.keys);
  for (const accessKeyId of accessKeyIds) {
    const known = keys.get(accessKeyId);
    if (known) keys.set(accessKeyId, { ...known, holdUntil: undefined, heldByRun: undefined });
  }
  return { keys };
}
