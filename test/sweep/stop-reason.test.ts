import { describe, expect, it } from 'vitest';

import type { Lock } from '../../src/ledger/lock.ts';
import { LockLostError } from '../../src/ledger/errors.ts';
import { EMPTY_MEMORY, hold, memorySha256 } from '../../src/ledger/memory.ts';
import { readWriter } from '../../src/ledger/read-run.ts';
import { recordsKey } from '../../src/ledger/run-keys.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { deadlineOn } from '../../src/sweep/deadline.ts';
import { stopReason } from '../../src/sweep/stop-reason.ts';
import { saveMemory } from '../../src/sweep/save-memory.ts';
import type { RunContext } from '../../src/sweep/run-context.ts';
import { stopOnLedgerError } from '../../src/sweep/stop-on-ledger-error.ts';
import { now } from '../support/clock.ts';
import { memoryStore } from '../support/memory-store.ts';
import { RUN_ID } from '../support/records.ts';
import { FIRST } from './plan/plans.ts';

const NEVER = new AbortController().signal;

/** A lock that turns out to be lost when it is confirmed, for that reason. */
function lockLost(reason?: unknown): Lock {
  const lost = new AbortController();
  return {
    lost: lost.signal,
    confirm: () => {
      if (reason !== undefined) lost.abort(reason);
      return Promise.resolve();
    },
    release: () => Promise.resolve(),
  };
}

const deadline = (stop: AbortSignal = NEVER) => deadlineOn(stop, NEVER);

describe('the reason to stop', () => {
  it('is undefined while the lock is held and there is time', async () => {
    expect(await stopReason({ lock: lockLost(), deadline: deadline() })).toBeUndefined();
  });

  it('is the deadline', async () => {
    expect(await stopReason({ lock: lockLost(), deadline: deadline(AbortSignal.abort()) })).toEqual({
      kind: 'not-reached',
      call: 'keysweep',
      code: 'Deadline',
      message: 'the run had to end before this write',
    });
  });

  it('is thrown when the ledger failed for another account', async () => {
    const { context, onFailure } = stopOnLedgerError({
      lock: lockLost(),
      deadline: deadline(),
    } as RunContext);
    const error = new Error('no answer');
    expect(await stopReason(context)).toBeUndefined();
    expect(() => onFailure(error)).toThrow(error);
    await expect(stopReason(context)).rejects.toBe(error);
  });

  it.each([
    ['says who has the lock', new LockLostError('run 7 has it'), 'run 7 has it'],
    ['says any other reason', 'no answer', 'no answer'],
  ])('is the lost lock before the deadline, and %s', async (_, reason, message) => {
    const lost = { lock: lockLost(reason), deadline: deadline(AbortSignal.abort()) };
    expect(await stopReason(lost)).toEqual({
      kind: 'not-reached',
      call: 'keysweep',
      code: 'LockLost',
      message,
    });
  });
});

const HELD = {
  from: EMPTY_MEMORY,
  to: hold(EMPTY_MEMORY, [{ accessKeyId: 'A', userName: 'ada' }], now(), RUN_ID),
};

describe('the memory of an account', () => {
  it('is stored while the lock is held', async () => {
    const store = memoryStore();
    const log = openRunLog(store, RUN_ID);
    await saveMemory(FIRST, HELD, { store, log, now, lock: lockLost() });
    expect(await store.list('')).toEqual([`accounts/${FIRST}.json`, recordsKey(RUN_ID, 1)]);
    const sha256 = memorySha256(HELD.to);
    const [saved] = (await readWriter(store, RUN_ID)).records;
    expect(saved).toMatchObject({ type: 'memory-saved', accountId: FIRST, sha256 });
  });

  it('is left to the run that has the lock now', async () => {
    const store = memoryStore();
    const log = openRunLog(store, RUN_ID);
    await saveMemory(FIRST, HELD, { store, log, now, lock: lockLost('another run has it') });
    expect(await store.list('')).toEqual([]);
  });
});
