import * as z from 'zod';

import type { ObjectStore } from './object-store.ts';
import { LockHeldError, LockLostError, UnreadableLedgerError } from './errors.ts';
import { parseStored, type Stored } from './parse-stored.ts';

/**
 * Keeps two runs that write from overlapping. Locks are numbered objects, `locks/00000001.json`, …; the newest one counts,
 * and only one process can create the next. A run takes the lock by creating the number after one that was released, or
 * whose holder is gone. docs/adr/0007-lock.md
 */
export interface Lock {
  /** Aborted, with a LockLostError, when the lock could not be kept: nothing may be written from then on. */
  readonly lost: AbortSignal;
  /**
   * To be awaited before anything is written: a process that was suspended wakes without knowing that its lock has ended, so
   * one that was not renewed lately is renewed now, or found to be lost: {@link lost} tells.
   * @throws the ledger's error, where the lock may still be held and the process can be tried again
   */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

export interface LockRequest {
  readonly runId: string;
  /**
   * Names this machine among all that share the ledger (host.ts); only of a process on the same one can it be told that it died.
   * Left out for a run in steps, whose lock no machine holds.
   */
  readonly host?: string;
  readonly now: () => Date;
}

/** Who asks whether a lock may be taken, and when. */
type Asking = Pick<LockRequest, 'host' | 'now'>;

/** The lock of a run that died elsewhere ends after this; more than clocks of two machines are apart. */
const HELD_MINUTES = 5;
const RENEWED_EVERY_SECONDS = 60;
/** A renewal that is overdue; the lock has three minutes left then. */
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
  const own = (): LockRecord => lockOf(request, HELD_MINUTES);
  const key = await takeNext(store, request, own());
  return keepLock(store, key, own, request.now);
}

/** The lock of a run, to be held from now on. */
export function lockOf({ runId, host = 'Step Functions', now }: LockRequest, minutes: number): LockRecord {
  const heldUntil = new Date(now().getTime() + minutes * 60_000);
  return { runId, host, pid: process.pid, heldUntil, released: false };
}

/**
 * Creates the next lock, unless the newest one may not be taken.
 * @returns its key
 * @throws LockHeldError, UnreadableLedgerError, the store's error
 */
export async function takeNext(store: ObjectStore, asking: Asking, own: LockRecord): Promise<string> {
  const locks = await store.list(PREFIX);
  const newest = locks.at(-1);
  const held = newest === undefined ? undefined : await readLock(store, newest);
  if (held && !mayBeTaken(held, asking)) throw new LockHeldError(store.location, held);
  const key = keyAfter(newest);
  if (!(await store.putNew(key, JSON.stringify(own)))) {
    throw new LockHeldError(store.location, await readLock(store, key));
  }
  // Not the newest: another run may be reading it just now. One that stays is in nobody's way, and the next run tries again.
  for (const old of locks.slice(0, -1)) await store.remove(old).catch(() => undefined);
  return key;
}

/** The lock that counts. @throws UnreadableLedgerError, the store's error */
export async function newestLock(
  store: ObjectStore,
): Promise<{ readonly key: string; readonly held: LockRecord } | undefined> {
  const key = (await store.list(PREFIX)).at(-1);
  return key === undefined ? undefined : { key, held: await readLock(store, key) };
}

/**
 * The run that is writing now, as far as the lock tells; undefined: none.
 * @throws UnreadableLedgerError, the store's error
 */
export async function runThatWrites(
  store: ObjectStore,
  asking: Required<Asking>,
): Promise<string | undefined> {
  const newest = await newestLock(store);
  return newest && !mayBeTaken(newest.held, asking) ? newest.held.runId : undefined;
}

/** Renews the lock until it is released; one that cannot be renewed, or was taken over, is lost. */
function keepLock(store: ObjectStore, key: string, own: () => LockRecord, now: () => Date): Lock {
  const lost = new AbortController();
  let age = stopwatch(now);
  let renewing: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    const begun = stopwatch(now);
    try {
      await checkThatNewest(store, key);
      await store.put(key, JSON.stringify(own()));
      age = begun;
    } catch (error) {
      lost.abort(asLost(error));
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
      if (!lost.signal.aborted) await store.put(key, JSON.stringify({ ...own(), released: true }));
    },
  };
}

/** @throws LockLostError */
async function checkThatNewest(store: ObjectStore, key: string): Promise<void> {
  const newest = (await store.list(PREFIX)).at(-1);
  if (newest === key) return;
  if (newest === undefined)
    throw new LockLostError(`the lock of the ledger at ${store.location} was removed`);
  const { runId, host } = await readLock(store, newest);
  throw new LockLostError(
    `run ${runId} on ${host} took over the lock of the ledger at ${store.location} because this run had not renewed it for ` +
      `${HELD_MINUTES} minutes. Was this machine asleep?`,
  );
}

function asLost(error: unknown): LockLostError {
  if (error instanceof LockLostError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new LockLostError(`the lock of the ledger could not be renewed: ${why}`, { cause: error });
}

/**
 * Tells the milliseconds since it was made, by the clock that says more: the monotonic one of Linux stands still while a
 * machine sleeps, and the other one may be set back.
 */
function stopwatch(now: () => Date): () => number {
  const wall = now().getTime();
  const monotonic = performance.now();
  return () => Math.max(now().getTime() - wall, performance.now() - monotonic);
}

async function readLock(store: ObjectStore, key: string): Promise<LockRecord> {
  if (!LOCK.test(key))
    throw new UnreadableLedgerError(`${key} in ${store.location} is not a lock of keysweep. Remove it.`);
  return lockIn(await store.get(key), key, store.location);
}

/** What stands in the object of a lock. @throws UnreadableLedgerError, also when there is none */
export function lockIn(body: string | undefined, key: string, location: string): LockRecord {
  if (body === undefined)
    throw new UnreadableLedgerError(`${key} in ${location} was removed while it was read`);
  return parseStored(lockSchema, body, key);
}

function mayBeTaken(lock: LockRecord, { host, now }: Asking): boolean {
  return lock.released || lock.heldUntil < now() || (lock.host === host && !isAlive(lock.pid));
}

/** https://nodejs.org/api/process.html#processkillpid-signal: signal 0 only tests; EPERM means that it lives and is not ours. */
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
