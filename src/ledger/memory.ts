import * as z from 'zod';
import type { ObjectStore } from './object-store.ts';
import { MemoryChangedError } from './errors.ts';
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

const memorySchema = z.strictObject({ keys: z.record(z.string(), rememberedKey) });

/** What runs remember about the keys of one account: docs/deletion.md. */
export interface AccountMemory {
  /** By access key ID. */
  readonly keys: ReadonlyMap<string, RememberedKey>;
}

export interface NamedKey {
  readonly accessKeyId: string;
  readonly userName: string;
}

export const EMPTY_MEMORY: AccountMemory = { keys: new Map() };

/** @throws UnreadableLedgerError, because without the memory holds would be ignored; the store's error */
export async function readMemory(store: ObjectStore, accountId: string): Promise<AccountMemory> {
  const key = memoryKey(accountId);
  return memoryIn(await store.get(key), key);
}

function memoryIn(body: string | undefined, key: string): AccountMemory {
  if (body === undefined) return EMPTY_MEMORY;
  return { keys: new Map(Object.entries(parseStored(memorySchema, body, key).keys)) };
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
    if (stored === textOf(to)) return undefined;
    if (stored === textOf(from)) return textOf(to);
    throw new MemoryChangedError(
      `Another process changed ${key} in ${store.location} after this one read it, ` +
        `so nothing more was done in account ${accountId}. Run again.`,
    );
  });
}

/** Equal memories give equal texts. */
function textOf({ keys }: AccountMemory): string {
  const ordered = [...keys].map(
    ([accessKeyId, { userName, inactiveSince, byRun, holdUntil, heldByRun }]) =>
      [accessKeyId, { userName, inactiveSince, byRun, holdUntil, heldByRun }] as const,
  );
  return `${JSON.stringify({ keys: Object.fromEntries(ordered) }, undefined, 2)}\n`;
}

/** @throws UnreadableLedgerError, the store's error */
export async function* listMemories(
  store: ObjectStore,
): AsyncGenerator<{ readonly accountId: string; readonly memory: AccountMemory }> {
  for (const key of await store.list(ACCOUNTS)) {
    // Ignores copies of a file that a synchronized folder made.
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
  for (const [accessKeyId, { userName, holdUntil, heldByRun }] of memory.keys)
    if (holdUntil && holdUntil > at) keys.set(accessKeyId, { userName, holdUntil, heldByRun });
  for (const { accessKeyId, userName } of inactive) {
    const { inactiveSince = at, byRun = runId } = memory.keys.get(accessKeyId) ?? {};
    keys.set(accessKeyId, { ...keys.get(accessKeyId), userName, inactiveSince, byRun });
  }
  return { keys };
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
  return { keys };
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
    const { holdUntil, heldByRun } = keys.get(accessKeyId) ?? {};
    const stays = holdUntil && holdUntil > until;
    keys.set(accessKeyId, {
      userName,
      ...(stays ? { holdUntil, heldByRun } : { holdUntil: until, heldByRun: runId }),
    });
  }
  return { keys };
}

export function liftHold(memory: AccountMemory, accessKeyIds: readonly string[]): AccountMemory {
  const keys = new Map(memory.keys);
  for (const accessKeyId of accessKeyIds) {
    const known = keys.get(accessKeyId);
    if (known) keys.set(accessKeyId, { ...known, holdUntil: undefined, heldByRun: undefined });
  }
  return { keys };
}
