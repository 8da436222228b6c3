import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { acquireLock } from '../../src/ledger/lock.ts';
import { LockHeldError, LockLostError, UnreadableLedgerError } from '../../src/ledger/errors.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { memoryStore } from '../support/memory-store.ts';

const MINUTE = 60_000;
const ONE = '20261127T225500Z-00000a';
const TWO = '20261127T225600Z-00000b';

let objects: Map<string, string>;
let store: ObjectStore;
let time: number;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  objects = new Map();
  store = memoryStore(objects);
  time = Date.parse('2026-11-27T22:55:00Z');
});
afterEach(() => vi.useRealTimers());

const acquire = (runId: string, host = 'here', on = store) =>
  acquireLock(on, { runId, host, now: () => new Date(time) });

const pass = async (minutes: number): Promise<void> => {
  for (let minute = 0; minute < minutes; minute += 1) {
    time += MINUTE;
    await vi.advanceTimersByTimeAsync(MINUTE);
  }
};

async function pidOfTheDead(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the lock', () => {
  it('excludes every other run until it is released', async () => {
    const lock = await acquire(ONE);
    await expect(acquire(TWO)).rejects.toThrow(LockHeldError);
    await expect(acquire(TWO, 'elsewhere')).rejects.toThrow(/Run 20261127T225500Z-00000a on here is writing/);
    await lock.release();
    await expect(acquire(TWO)).resolves.toBeDefined();
  });

  it('goes to one of many concurrent runs', async () => {
    const asked = Array.from({ length: 20 }, (_, index) => acquire(`20261127T225500Z-0000${10 + index}`));
    const got = (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled');
    expect(got).toHaveLength(1);
  });

  it('of a run that ended goes to one of many concurrent runs', async () => {
    await (await acquire(ONE)).release();
    const got = (await Promise.allSettled([acquire(ONE), acquire(TWO)])).filter(
      ({ status }) => status === 'fulfilled',
    );
    expect(got).toHaveLength(1);
  });

  it('stays with a long run', async () => {
    const lock = await acquire(ONE);
    await pass(30);
    await expect(acquire(TWO, 'elsewhere')).rejects.toThrow(LockHeldError);
    expect(lock.lost.aborted).toBe(false);
  });

  it('of a run that died on another machine is taken over after five minutes, and not before', async () => {
    await acquire(ONE, 'elsewhere');
    vi.clearAllTimers();
    time += 5 * MINUTE;
    await expect(acquire(TWO)).rejects.toThrow(LockHeldError);
    time += 1;
    await expect(acquire(TWO)).resolves.toBeDefined();
  });

  it('of a dead process on this machine is taken over at once', async () => {
    await acquire(ONE);
    const [key = '', body = ''] = [...objects][0] ?? [];
    const dead = { ...(JSON.parse(body) as object), pid: await pidOfTheDead() };
    objects.set(key, JSON.stringify(dead));
    await expect(acquire(TWO, 'elsewhere')).rejects.toThrow(LockHeldError);
    await expect(acquire(TWO)).resolves.toBeDefined();
  });

  it('is lost when another run took it over, and says which', async () => {
    const lock = await acquire(ONE);
    time += 6 * MINUTE;
    await acquire(TWO);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(lock.lost.reason).toBeInstanceOf(LockLostError);
    expect(lock.lost.reason).toMatchObject({
      message: expect.stringContaining('run 20261127T225600Z-00000b on here took over the lock') as unknown,
    });
    await lock.release();
    await expect(acquire(ONE)).rejects.toThrow(/Run 20261127T225600Z-00000b/);
  });

  it('is lost when it cannot be renewed', async () => {
    let broken = false;
    const put: ObjectStore['put'] = (key, body) =>
      broken ? Promise.reject(new Error('no')) : store.put(key, body);
    const lock = await acquire(ONE, 'here', { ...store, put });
    broken = true;
    await pass(1);
    expect(lock.lost.reason).toMatchObject({ message: 'the lock of the ledger could not be renewed: no' });
  });

  it('is lost when it was removed', async () => {
    const lock = await acquire(ONE);
    objects.clear();
    await pass(1);
    expect(lock.lost.reason).toMatchObject({ message: expect.stringContaining('was removed') as unknown });
    await lock.release();
    expect(objects.size).toBe(0);
  });

  it('removes old locks', async () => {
    for (let run = 0; run < 10; run += 1) await (await acquire(ONE)).release();
    expect(objects.size).toBeLessThanOrEqual(2);
  });

  it('stays released if a renewal was running at its release', async () => {
    let letGo = (): void => undefined;
    const stuck = new Promise<void>((resolve) => (letGo = resolve));
    const list: ObjectStore['list'] = async (prefix) => {
      if (isRenewing) await stuck;
      return store.list(prefix);
    };
    let isRenewing = false;
    const lock = await acquire(ONE, 'here', { ...store, list });
    isRenewing = true;
    await pass(1);
    const released = lock.release();
    letGo();
    await released;
    await expect(acquire(TWO, 'elsewhere')).resolves.toBeDefined();
  });

  it('that is damaged is not taken', async () => {
    objects.set('locks/00000001.json', '{}');
    await expect(acquire(ONE)).rejects.toThrow(UnreadableLedgerError);
  });

  it('that disappears while it is read is not taken', async () => {
    await acquire(ONE);
    const get: ObjectStore['get'] = () => Promise.resolve(undefined);
    await expect(acquire(TWO, 'here', { ...store, get })).rejects.toThrow(
      new UnreadableLedgerError('locks/00000001.json in memory was removed while it was read'),
    );
  });

  it.each(['locks/notes.txt', 'locks/old/locks/00000001.json', 'locks/00000001.json.bak', 'locks/1.json'])(
    'is not taken past %s, which is none',
    async (key) => {
      await (await acquire(ONE)).release();
      objects.set(key, objects.get('locks/00000001.json') ?? '');
      await expect(acquire(TWO)).rejects.toThrow(
        new UnreadableLedgerError(`${key} in memory is not a lock of keysweep. Remove it.`),
      );
    },
  );
});

/** The timers of a suspended process do not run; its clocks say so afterwards, one or the other. */
describe('the lock of a run that was suspended', () => {
  const puts = (): ObjectStore & { count: number } => {
    const counting = { ...store, count: 0, put: (key: string, body: string) => store.put(key, body) };
    counting.put = (key, body) => {
      counting.count += 1;
      return store.put(key, body);
    };
    return counting;
  };

  it('is not checked again shortly after a renewal', async () => {
    const counting = puts();
    const lock = await acquire(ONE, 'here', counting);
    time += MINUTE;
    await lock.confirm();
    expect([counting.count, lock.lost.aborted]).toEqual([0, false]);
  });

  it('is renewed before the next write if no run took it', async () => {
    const lock = await acquire(ONE);
    time += 10 * MINUTE;
    await lock.confirm();
    expect(lock.lost.aborted).toBe(false);
    await expect(acquire(TWO, 'elsewhere')).rejects.toThrow(LockHeldError);
  });

  it('is lost before the next write if another run took it', async () => {
    const lock = await acquire(ONE);
    time += 10 * MINUTE;
    await acquire(TWO);
    await Promise.all([lock.confirm(), lock.confirm()]);
    expect(lock.lost.aborted).toBe(true);
  });

  it('is checked if the wall clock was set back and only the monotonic one advanced', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const lock = await acquire(ONE);
    time += 6 * MINUTE;
    await acquire(TWO);
    vi.clearAllTimers();
    time -= 60 * MINUTE;
    vi.advanceTimersByTime(6 * MINUTE);
    await lock.confirm();
    expect(lock.lost.aborted).toBe(true);
  });
});
