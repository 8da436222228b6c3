import { beforeEach, describe, expect, it, vi } from 'vitest';

import { acquireLock } from '../../src/ledger/lock.ts';
import { LockHeldError, LockLostError } from '../../src/ledger/errors.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { joinRunLock, releaseRunLock, takeRunLock } from '../../src/ledger/run-lock.ts';
import { memoryStore } from '../support/memory-store.ts';

const MINUTE = 60_000;
const ONE = '20261127T225500Z-00000a';
const TWO = '20261127T225600Z-00000b';

let store: ObjectStore;
let time: number;
beforeEach(() => {
  store = memoryStore();
  time = Date.parse('2026-11-27T22:55:00Z');
});

const request = (runId: string) => ({ runId, now: () => new Date(time) });
const take = (runId: string) => takeRunLock(store, request(runId));
const join = (runId: string) => joinRunLock(store, request(runId));
const acquire = (runId: string) => acquireLock(store, { ...request(runId), host: 'a terminal' });

describe('the lock of a run in steps', () => {
  it('excludes every other run, of either engine, until the last step releases it', async () => {
    await take(ONE);
    await expect(take(TWO)).rejects.toThrow(LockHeldError);
    await expect(acquire(TWO)).rejects.toThrow(/Run 20261127T225500Z-00000a on Step Functions is writing/);
    await (await join(ONE)).release();
    await (await acquire(TWO)).release();
    await expect(take(ONE)).resolves.toBeDefined();
  });

  it('is taken again by a retried step', async () => {
    await take(ONE);
    await expect(take(ONE)).resolves.toBeDefined();
    await expect(take(TWO)).rejects.toThrow(LockHeldError);
  });

  it('lasts as long as steps start, and half an hour after that', async () => {
    await take(ONE);
    for (let step = 0; step < 10; step += 1) {
      time += 15 * MINUTE;
      await join(ONE);
    }
    time += 30 * MINUTE;
    await expect(take(TWO)).rejects.toThrow(LockHeldError);
    time += 1;
    await expect(take(TWO)).resolves.toBeDefined();
  });

  it('outlives the longest step', async () => {
    await take(ONE);
    time += 10 * MINUTE;
    await join(ONE);
    time += 16 * MINUTE;
    await expect(take(TWO)).rejects.toThrow(LockHeldError);
  });

  it('cannot be joined after the run has ended or another run took it', async () => {
    await expect(join(ONE)).rejects.toThrow(/no run holds it/);
    const lock = await take(ONE);
    await lock.release();
    await expect(join(ONE)).rejects.toThrow(/the run has ended/);
    await take(TWO);
    await expect(join(ONE)).rejects.toThrow(/run 20261127T225600Z-00000b on Step Functions holds it/);
  });

  it('is lost if another run took it while the step slept', async () => {
    const lock = await take(ONE);
    await lock.confirm();
    expect(lock.lost.aborted).toBe(false);
    time += 31 * MINUTE;
    await take(TWO);
    await lock.confirm();
    expect(lock.lost.reason).toBeInstanceOf(LockLostError);
  });

  it('is extended by a long step', async () => {
    const lock = await take(ONE);
    for (let minute = 0; minute < 60; minute += 1) {
      time += MINUTE;
      await lock.confirm();
    }
    expect(lock.lost.aborted).toBe(false);
    await expect(take(TWO)).rejects.toThrow(LockHeldError);
  });

  it('is lost if it was removed', async () => {
    const objects = new Map<string, string>();
    store = memoryStore(objects);
    const lock = await take(ONE);
    objects.clear();
    time += 3 * MINUTE;
    await lock.confirm();
    expect(lock.lost.reason).toEqual(
      new LockLostError(`run ${ONE} no longer holds the lock of the ledger at memory: no run holds it`),
    );
  });

  it('is lost if another run had it in between', async () => {
    const lock = await take(ONE);
    time += 31 * MINUTE;
    await (await take(TWO)).release();
    await take(ONE);
    await lock.confirm();
    expect(lock.lost.reason).toBeInstanceOf(LockLostError);
  });

  it('is released only by the run that holds it', async () => {
    await releaseRunLock(store, request(ONE));
    await take(ONE);
    await releaseRunLock(store, request(TWO));
    await expect(take(TWO)).rejects.toThrow(LockHeldError);
    await releaseRunLock(store, request(ONE));
    await (await take(TWO)).release();
    await releaseRunLock(store, request(TWO));
    await expect(take(ONE)).resolves.toBeDefined();
  });

  it.each([
    [2 * MINUTE, 0],
    [2 * MINUTE + 1, 1],
  ])('is checked again, %i ms after the last time, %i times', async (age, times) => {
    const list = vi.fn<ObjectStore['list']>((prefix) => store.list(prefix));
    const lock = await takeRunLock({ ...store, list }, request(ONE));
    list.mockClear();
    time += age;
    await lock.confirm();
    expect(list).toHaveBeenCalledTimes(times);
  });

  it.each([
    [10 * MINUTE, 0],
    [10 * MINUTE + 1, 1],
  ])('is extended by a step that starts %i ms after it was taken, %i times', async (age, times) => {
    await take(ONE);
    const [key] = await store.list('locks/');
    const before = await store.get(key!);
    time += age;
    await join(ONE);
    expect((await store.get(key!)) !== before).toBe(times === 1);
  });

  it('is extended by a retried first step', async () => {
    await take(ONE);
    time += 20 * MINUTE;
    await take(ONE);
    time += 25 * MINUTE;
    await expect(take(TWO)).rejects.toThrow(LockHeldError);
  });

  it('stays released if a step read it before the last one released it', async () => {
    await take(ONE);
    time += 15 * MINUTE;
    const late: ObjectStore['update'] = async (key, change) => {
      await releaseRunLock(store, request(ONE));
      return store.update(key, change);
    };
    await expect(joinRunLock({ ...store, update: late }, request(ONE))).rejects.toThrow(/the run has ended/);
    await expect(take(TWO)).resolves.toBeDefined();
  });

  it('fails a step that cannot read it, and is not lost', async () => {
    const lock = await takeRunLock({ ...store, list: failingOnceLater(store) }, request(ONE));
    time += 3 * MINUTE;
    await expect(lock.confirm()).rejects.toThrow('no answer');
    await lock.confirm();
    expect(lock.lost.aborted).toBe(false);
  });
});

/** Answers twice, as taking the lock asks, and not the next time. */
function failingOnceLater(from: ObjectStore): ObjectStore['list'] {
  let calls = 0;
  return (prefix) => ((calls += 1) === 3 ? Promise.reject(new Error('no answer')) : from.list(prefix));
}
