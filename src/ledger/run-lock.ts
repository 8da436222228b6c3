import {
  lockIn,
  lockOf,
  newestLock,
  takeNext,
  type Lock,
  type LockRecord,
  type LockRequest,
} from './lock.ts';
import { LockLostError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * The lock of a run whose steps are processes of their own, one after the other or side by side: none lives as long as the run,
 * so each that begins extends it. docs/adr/0010-fan-out.md
 */

/** Longer than a step may take (15 minutes), so that whoever began with the lock ends with it. */
const HELD_MINUTES = 30;
const EXTENDED_BELOW_MINUTES = 20;
/** While a step goes on, it looks again before it writes when it has not looked for so long. */
const LOOKED_AFTER_SECONDS = 120;

type RunRequest = Pick<LockRequest, 'runId' | 'now'>;

/**
 * Takes the lock for a run, or keeps it when an earlier attempt at the same step took it.
 * @throws LockHeldError while another run holds it; UnreadableLedgerError; the store's error
 */
export async function takeRunLock(store: ObjectStore, request: RunRequest): Promise<Lock> {
  const isTaken = isOf((await newestLock(store))?.held, request);
  const asking = { now: request.now };
  return isTaken
    ? joinRunLock(store, request)
    : keepRunLock(store, await takeNext(store, asking, own(request)), request);
}

/** @throws LockLostError when the run does not hold it any more; UnreadableLedgerError; the store's error */
export async function joinRunLock(store: ObjectStore, request: RunRequest): Promise<Lock> {
  return keepRunLock(store, await extend(store, request), request);
}

/** Ends the lock if the run holds it; what another one holds is left alone. @throws UnreadableLedgerError; the store's error */
export async function releaseRunLock(store: ObjectStore, request: RunRequest): Promise<void> {
  const newest = await newestLock(store);
  if (!newest || !isOf(newest.held, request)) return;
  await store.put(newest.key, JSON.stringify({ ...own(request), released: true }));
}

function keepRunLock(store: ObjectStore, key: string, request: RunRequest): Lock {
  const ended = new AbortController();
  let looked = request.now().getTime();
  const look = async (): Promise<void> => {
    try {
      const begun = request.now().getTime();
      await extend(store, request, key);
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
    release: () => releaseRunLock(store, request),
  };
}

/**
 * Makes the newest lock last longer, if the run holds it.
 * @param begunWith the key of the lock that a step began with: no other one will do
 * @returns its key
 * @throws LockLostError, also when the last step releases it meanwhile: it must not be held again
 */
async function extend(store: ObjectStore, request: RunRequest, begunWith?: string): Promise<string> {
  const newest = await newestLock(store);
  if (!newest || newest.key !== (begunWith ?? newest.key)) throw lost(store, request, newest?.held);
  await store.update(newest.key, (body) => {
    const held = lockIn(body, newest.key, store.location);
    if (!isOf(held, request)) throw lost(store, request, held);
    const left = held.heldUntil.getTime() - request.now().getTime();
    return left < EXTENDED_BELOW_MINUTES * 60_000 ? JSON.stringify(own(request)) : undefined;
  });
  return newest.key;
}

/** A lock that has ended and that nobody took is still the run's. */
function isOf(lock: LockRecord | undefined, { runId }: RunRequest): boolean {
  return lock?.runId === runId && !lock.released;
}

/** No machine is named: whether the process of a step is alive can be told on none. */
function own({ runId, now }: RunRequest): LockRecord {
  return lockOf({ runId, now }, HELD_MINUTES);
}

function lost(store: ObjectStore, { runId }: RunRequest, held: LockRecord | undefined): LockLostError {
  const why = held ? `run ${held.runId} on ${held.host} holds it` : 'nobody holds it';
  const ended = held?.runId === runId ? 'the run has ended' : why;
  return new LockLostError(
    `run ${runId} no longer holds the lock of the ledger at ${store.location}: ${ended}`,
  );
}
