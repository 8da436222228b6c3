import { lockIn, newestLock, takeNext, type Lock, type LockRecord, type LockRequest } from './lock.ts';
import { LockHeldError, LockLostError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * The lock of a run whose steps are processes of their own, one after the other or side by side: none lives as long as the run,
 * so each that begins makes it last a while longer. docs/adr/0010-fan-out.md
 */

/** Longer than a step may take (15 minutes), so that whoever began with the lock ends with it. */
const HELD_MINUTES = 30;
const MADE_LONGER_BELOW_MINUTES = 20;
/** While a step goes on, it looks again before it writes when it has not looked for so long. */
const LOOKED_AFTER_SECONDS = 120;

/**
 * Takes the lock for a run, or goes on with it when an earlier attempt of the same step took it.
 * @throws LockHeldError while another run holds it; UnreadableLedgerError; the store's error
 */
export async function takeRunLock(store: ObjectStore, request: LockRequest): Promise<Lock> {
  const newest = await newestLock(store);
  if (newest && isOf(newest.held, request)) {
    await makeLonger(store, newest.key, request);
    return keepRunLock(store, newest.key, request);
  }
  const mayTake = ({ released, heldUntil }: LockRecord): boolean => released || heldUntil < request.now();
  const key = await takeNext(store, own(request), mayTake);
  return keepRunLock(store, key, request);
}

/** @throws LockLostError when the run does not hold it any more; UnreadableLedgerError; the store's error */
export async function joinRunLock(store: ObjectStore, request: LockRequest): Promise<Lock> {
  const newest = await newestLock(store);
  if (!newest || !isOf(newest.held, request)) throw lost(store, request, newest?.held);
  await makeLonger(store, newest.key, request);
  return keepRunLock(store, newest.key, request);
}

/** Ends the lock if the run holds it; what another one holds is left alone. @throws UnreadableLedgerError; the store's error */
export async function releaseRunLock(store: ObjectStore, request: LockRequest): Promise<void> {
  const newest = await newestLock(store);
  if (newest && isOf(newest.held, request)) await release(store, newest.key, request);
}

function keepRunLock(store: ObjectStore, key: string, request: LockRequest): Lock {
  const ended = new AbortController();
  let looked = request.now().getTime();
  const look = async (): Promise<void> => {
    try {
      const begun = request.now().getTime();
      const newest = await newestLock(store);
      if (newest?.key !== key || !isOf(newest.held, request)) throw lost(store, request, newest?.held);
      await makeLonger(store, key, request);
      looked = begun;
    } catch (error) {
      // A ledger that did not answer has not taken the lock away: the step is tried again.
      if (!(error instanceof LockLostError)) throw error;
      ended.abort(error);
    }
  };
  return {
    lost: ended.signal,
    confirm: async () => {
      if (request.now().getTime() - looked > LOOKED_AFTER_SECONDS * 1000) await look();
    },
    release: () => release(store, key, request),
  };
}

function release(store: ObjectStore, key: string, request: LockRequest): Promise<void> {
  return store.put(key, JSON.stringify({ ...own(request), released: true }));
}

/** A lock that has ended and that nobody took is still the run's. */
function isOf({ runId, released }: LockRecord, request: LockRequest): boolean {
  return runId === request.runId && !released;
}

/** @throws LockLostError when the last step released it since it was looked at: it must not be held again */
async function makeLonger(store: ObjectStore, key: string, request: LockRequest): Promise<void> {
  await store.update(key, (body) => {
    const held = lockIn(body, key, store.location);
    if (!isOf(held, request)) throw lost(store, request, held);
    const left = held.heldUntil.getTime() - request.now().getTime();
    return left < MADE_LONGER_BELOW_MINUTES * 60_000 ? JSON.stringify(own(request)) : undefined;
  });
}

function own({ runId, host, now }: LockRequest): LockRecord {
  const heldUntil = new Date(now().getTime() + HELD_MINUTES * 60_000);
  return { runId, host, pid: process.pid, heldUntil, released: false };
}

function lost(store: ObjectStore, { runId }: LockRequest, held: LockRecord | undefined): LockLostError {
  const why = held ? new LockHeldError(store.location, held).message : 'nobody holds it';
  const ended = held?.runId === runId ? 'the run has ended' : why;
  return new LockLostError(
    `run ${runId} no longer holds the lock of the ledger at ${store.location}: ${ended}`,
  );
}
