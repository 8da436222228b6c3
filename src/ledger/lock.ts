import * as z from 'zod';
import { messageOf } from '../config/errors.ts';
import type { ObjectStore } from './object-store.ts';
import { LockHeldError, LockLostError, UnreadableLedgerError } from './errors.ts';
import { parseStored, type Stored } from './parse-stored.ts';

/**
 * Prevents two writing runs from overlapping. Locks are numbered objects, `locks/00000001.json`, …; the
 * newest counts. A run creates the next one if that was released or expired, or its holder died.
 * docs/adr/0007-lock.md
 */
export interface Lock {
  /** Aborted with a LockLostError. Nothing may be written from then on. */
  readonly lost: AbortSignal;
  /**
   * To be awaited before every write: renews a lock that was not renewed lately, because the process may have
   * been suspended, or aborts {@link lost}.
   * @throws the ledger's error, if the lock may still be held and a retry makes sense
   */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

export interface LockRequest {
  readonly runId: string;
  /** The machine (host.ts), for only there can a dead process be noticed. Omitted for a run in steps. */
  readonly host?: string;
  readonly now: () => Date;
}

type Observer = Pick<LockRequest, 'host' | 'now'>;

/** Longer than the clocks of two machines differ. */
export const HELD_MINUTES = 5;
const RENEWED_EVERY_SECONDS = 60;
/** After a missed renewal, when the lock has three minutes left. */
const CONFIRMED_AFTER_SECONDS = 120;

const lockSchema = z.object({
  runId: z.string(),
  host: z.string(),
  pid: z.int(),
  heldUntil: z.iso.datetime().transform((text) => new Date(text)),
  released: z.boolean(),
});

export type LockRecord = Stored<typeof lockSchema>;

const PREFIX = 'locks/';
const LOCK = /^locks\/\d{8}\.json$/;

/** @throws LockHeldError while another run holds it; UnreadableLedgerError; the store's error */
export async function acquireLock(store: ObjectStore, request: Required<LockRequest>): Promise<Lock> {
  const record = (): LockRecord => lockRecord(request, HELD_MINUTES);
  const key = await takeNextLock(store, request, record());
  return keepLock(store, key, record, request.now);
}

export function lockRecord(
  { runId, host = 'Step Functions', now }: LockRequest,
  minutes: number,
): LockRecord {
  const heldUntil = new Date(now().getTime() + minutes * 60_000);
  return { runId, host, pid: process.pid, heldUntil, released: false };
}

/** @returns the key of the lock @throws LockHeldError, UnreadableLedgerError, the store's error */
export async function takeNextLock(
  store: ObjectStore,
  observer: Observer,
  record: LockRecord,
): Promise<string> {
  const locks = await store.list(PREFIX);
  const newest = await newestOf(store, locks);
  if (newest && isHeld(newest.held, observer)) throw new LockHeldError(store.location, newest.held);
  const key = keyAfter(newest?.key);
  if (!(await store.putNew(key, JSON.stringify(record))))
    throw new LockHeldError(store.location, parseLock(await store.get(key), key, store.location));
  // Not the newest, which another run may be reading. The next run removes any that remain.
  for (const old of locks) if (old !== newest?.key) await store.remove(old).catch(() => undefined);
  return key;
}

interface NewestLock {
  readonly key: string;
  readonly held: LockRecord;
}

/** @throws UnreadableLedgerError, the store's error */
export async function newestLock(store: ObjectStore): Promise<NewestLock | undefined> {
  return newestOf(store, await store.list(PREFIX));
}

/** What keysweep did not store is no lock. */
async function newestOf(store: ObjectStore, locks: readonly string[]): Promise<NewestLock | undefined> {
  for (const key of locks.toReversed()) {
    const body = await store.get(key);
    if (body !== undefined || !store.tampered?.has(key))
      return { key, held: parseLock(body, key, store.location) };
  }
  return undefined;
}

/** @returns the ID of the run that holds the lock, if any @throws UnreadableLedgerError, the store's error */
export async function runHoldingLock(
  store: ObjectStore,
  observer: Required<Observer>,
): Promise<string | undefined> {
  const newest = await newestLock(store);
  return newest && isHeld(newest.held, observer) ? newest.held.runId : undefined;
}

/** Renews the lock until it is released or lost. */
function keepLock(store: ObjectStore, key: string, record: () => LockRecord, now: () => Date): Lock {
  const lost = new AbortController();
  let age = stopwatch(now);
  let renewing: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    const sinceRenewal = stopwatch(now);
    try {
      await checkNewest(store, key);
      await store.put(key, JSON.stringify(record()));
      age = sinceRenewal;
    } catch (error) {
      lost.abort(asLockLost(error));
    } finally {
      renewing = undefined;
    }
  };
  const renewOnce = (): Promise<void> => (renewing ??= renew());
  const timer = setInterval(() => void renewOnce(), RENEWED_EVERY_SECONDS * 1000).unref();
  return {
    lost: lost.signal,
    confirm: async () => {
      if (age() > CONFIRMED_AFTER_SECONDS * 1000) await renewOnce();
    },
    release: async () => {
      clearInterval(timer);
      await renewing;
      if (!lost.signal.aborted) await store.put(key, JSON.stringify({ ...record(), released: true }));
    },
  };
}

/** @throws LockLostError */
async function checkNewest(store: ObjectStore, key: string): Promise<void> {
  const newest = await newestLock(store);
  if (newest?.key === key) return;
  if (newest === undefined)
    throw new LockLostError(`the lock of the ledger at ${store.location} was removed`);
  const { runId, host } = newest.held;
  throw new LockLostError(
    `run ${runId} on ${host} took over the lock of the ledger at ${store.location}, ` +
      `because this run had not renewed it for ${HELD_MINUTES} minutes. Was this machine asleep?`,
  );
}

function asLockLost(error: unknown): LockLostError {
  if (error instanceof LockLostError) return error;
  return new LockLostError(`the lock of the ledger could not be renewed: ${messageOf(error)}`, {
    cause: error,
  });
}

/**
 * Milliseconds since its creation, by the clock that shows more: the monotonic clock of Linux stops while a
 * machine sleeps, and the wall clock may be set back.
 */
function stopwatch(now: () => Date): () => number {
  const wall = now().getTime();
  const monotonic = performance.now();
  return () => Math.max(now().getTime() - wall, performance.now() - monotonic);
}

/** @throws UnreadableLedgerError, also when there is no object */
export function parseLock(body: string | undefined, key: string, location: string): LockRecord {
  if (!LOCK.test(key))
    throw new UnreadableLedgerError(`${key} in ${location} is not a lock of keysweep. Remove it.`);
  if (body === undefined)
    throw new UnreadableLedgerError(`${key} in ${location} was removed while it was read`);
  return parseStored(lockSchema, body, key);
}

function isHeld(lock: LockRecord, { host, now }: Observer): boolean {
  return !(lock.released || lock.heldUntil < now() || (lock.host === host && !isAlive(lock.pid)));
}

/** Signal 0 only tests (https://nodejs.org/api/process.html#processkillpid-signal). EPERM: not ours. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function keyAfter(newest: string | undefined): string {
  const number = newest === undefined ? 0 : Number(newest.slice(PREFIX.length, -'.json'.length));
  return `${PREFIX}${String(number + 1).padStart(8, '0')}.json`;
}
