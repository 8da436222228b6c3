import {
  lockRecord,
  newestLock,
  parseLock,
  takeNextLock,
  type Lock,
  type LockRecord,
  type LockRequest,
} from './lock.ts';
import { LockLostError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * The lock of a run whose steps are separate processes: none lives as long as the run, so each one extends
 * the lock when it starts. docs/adr/0010-fan-out.md
 */

/** Longer than a step may take (15 minutes). */
export const HELD_MINUTES = 30;
const EXTENDED_BELOW_MINUTES = 20;
const CHECKED_AFTER_SECONDS = 120;

type RunRequest = Pick<LockRequest, 'runId' | 'now'>;

/**
 * Takes the lock for a run, or keeps it if an earlier attempt at the same step took it.
 * @throws LockHeldError while another run holds it; UnreadableLedgerError; the store's error
 */
export async function takeRunLock(store: ObjectStore, request: RunRequest): Promise<Lock> {
  if (isHeldBy(request, (await newestLock(store))?.held)) return joinRunLock(store, request);
  const key = await takeNextLock(store, { now: request.now }, recordOf(request));
  return keepRunLock(store, key, request);
}

/** @throws LockLostError when the run no longer holds it; UnreadableLedgerError; the store's error */
export async function joinRunLock(store: ObjectStore, request: RunRequest): Promise<Lock> {
  return keepRunLock(store, await extend(store, request), request);
}

/** Releases the lock if the run holds it. @throws UnreadableLedgerError; the store's error */
export async function releaseRunLock(store: ObjectStore, request: RunRequest): Promise<void> {
  const newest = await newestLock(store);
  if (!newest || !isHeldBy(request, newest.held)) return;
  await store.put(newest.key, JSON.stringify({ ...recordOf(request), released: true }));
}

function keepRunLock(store: ObjectStore, key: string, request: RunRequest): Lock {
  const ended = new AbortController();
  let checkedAt = request.now().getTime();
  const check = async (): Promise<void> => {
    try {
      const startedAt = request.now().getTime();
      await extend(store, request, key);
      checkedAt = startedAt;
    } catch (error) {
      // If the ledger did not answer, the lock may still be held: the step is retried.
      if (!(error instanceof LockLostError)) throw error;
      ended.abort(error);
    }
  };
  return {
    lost: ended.signal,
    confirm: async () => {
      if (request.now().getTime() - checkedAt > CHECKED_AFTER_SECONDS * 1000) await check();
    },
    release: () => releaseRunLock(store, request),
  };
}

/**
 * Extends the newest lock, if the run holds it.
 * @param ownKey the lock that the step started with: no other one will do
 * @returns its key
 * @throws LockLostError, also when the last step has released it
 */
async function extend(store: ObjectStore, request: RunRequest, ownKey?: string): Promise<string> {
  const newest = await newestLock(store);
  if (!newest || newest.key !== (ownKey ?? newest.key)) throw lost(store, request, newest?.held);
  await store.update(newest.key, (body) => {
    const held = parseLock(body, newest.key, store.location);
    if (!isHeldBy(request, held)) throw lost(store, request, held);
    const left = held.heldUntil.getTime() - request.now().getTime();
    return left < EXTENDED_BELOW_MINUTES * 60_000 ? JSON.stringify(recordOf(request)) : undefined;
  });
  return newest.key;
}

/** Also if the lock has expired and no other run took it. */
function isHeldBy({ runId }: RunRequest, lock: LockRecord | undefined): boolean {
  return lock?.runId === runId && !lock.released;
}

function recordOf({ runId, now }: RunRequest): LockRecord {
  return lockRecord({ runId, now }, HELD_MINUTES);
}

function lost(store: ObjectStore, { runId }: RunRequest, held: LockRecord | undefined): LockLostError {
  const holder = held ? `run ${held.runId} on ${held.host} holds it` : 'no run holds it';
  const reason = held?.runId === runId ? 'the run has ended' : holder;
  return new LockLostError(
    `run ${runId} no longer holds the lock of the ledger at ${store.location}: ${reason}`,
  );
}
