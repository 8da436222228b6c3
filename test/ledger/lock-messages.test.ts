import { beforeEach, describe, expect, it, vi } from 'vitest';

import { acquireLock, runHoldingLock } from '../../src/ledger/lock.ts';
import { LockHeldError, LockLostError } from '../../src/ledger/errors.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { memoryStore } from '../support/memory-store.ts';

const MINUTE = 60_000;
const ONE = '20261127T225500Z-00000a';
const TWO = '20261127T225600Z-00000b';

let objects: Map<string, string>;
let store: ObjectStore;
let time: number;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  objects = new Map();
  store = memoryStore(objects);
  time = Date.parse('2026-11-27T22:55:00Z');
  return () => vi.useRealTimers();
});

const now = (): Date => new Date(time);
const acquire = (runId: string, host = 'here') => acquireLock(store, { runId, host, now });
const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('no failure'),
    (error: unknown) => error as Error,
  );

describe('messages about a lock', () => {
  it('say who holds it, where, until when, and what to do', async () => {
    await acquire(ONE);
    const error = await failure(acquire(TWO));
    expect(error).toBeInstanceOf(LockHeldError);
    expect(error.name).toBe('LockHeldError');
    expect(error.message).toBe(
      `Run ${ONE} on here is writing to the ledger at memory and holds its lock until ` +
        '2026-11-27T23:00:00.000Z. ' +
        'Wait until that run has ended. If it died, the lock expires by itself at that time.',
    );
  });

  it('say who took it over, and the likely cause', async () => {
    const lock = await acquire(ONE);
    time += 6 * MINUTE;
    await acquire(TWO, 'there');
    await lock.confirm();
    const error = lock.lost.reason as Error;
    expect(error.name).toBe('LockLostError');
    expect(error.message).toBe(
      `run ${TWO} on there took over the lock of the ledger at memory, because this run had not renewed it ` +
        'for 5 minutes. Was this machine asleep?',
    );
  });

  it('say why it could not be renewed', async () => {
    const broken = new Error('disk full');
    const put = vi.fn<ObjectStore['put']>(() => Promise.reject(broken));
    const lock = await acquireLock({ ...store, put }, { runId: ONE, host: 'here', now });
    time += 10 * MINUTE;
    await lock.confirm();
    expect(lock.lost.reason).toEqual(
      new LockLostError('the lock of the ledger could not be renewed: disk full', { cause: broken }),
    );
    expect((lock.lost.reason as Error).cause).toBe(broken);
  });

  it('name the running run, and none after it ended or died', async () => {
    expect(await runHoldingLock(store, { host: 'there', now })).toBeUndefined();
    const lock = await acquire(ONE);
    expect(await runHoldingLock(store, { host: 'there', now })).toBe(ONE);
    time += 5 * MINUTE + 1;
    expect(await runHoldingLock(store, { host: 'there', now })).toBeUndefined();
    time -= MINUTE;
    await lock.release();
    expect(await runHoldingLock(store, { host: 'there', now })).toBeUndefined();
  });
});

describe('lock objects', () => {
  it('are numbered, and the one before the newest stays for its readers', async () => {
    const kept: string[][] = [];
    for (let run = 0; run < 3; run += 1) {
      await (await acquire(ONE)).release();
      kept.push([...objects.keys()]);
    }
    expect(kept).toEqual([
      ['locks/00000001.json'],
      ['locks/00000001.json', 'locks/00000002.json'],
      ['locks/00000002.json', 'locks/00000003.json'],
    ]);
  });
});

describe('confirming a lock', () => {
  const counted = async (age: number): Promise<number> => {
    let puts = 0;
    const put: ObjectStore['put'] = (key, body) => {
      puts += 1;
      return store.put(key, body);
    };
    // The monotonic clock of a machine that has been up for long.
    vi.advanceTimersByTime(60 * MINUTE);
    const lock = await acquireLock({ ...store, put }, { runId: ONE, host: 'here', now });
    time += age;
    await lock.confirm();
    return puts;
  };

  it.each([
    [2 * MINUTE, 0],
    [2 * MINUTE + 1, 1],
  ])('%i ms after its renewal renews it %i times', async (age, times) => {
    expect(await counted(age)).toBe(times);
  });
});

/**
 * https://nodejs.org/api/process.html#processkillpid-signal: so says the system of a process that is another
 * user's.
 */
describe('the lock of a process that belongs to somebody else', () => {
  it.each([
    ['EPERM', 'is held, because the process is alive', false],
    ['ESRCH', 'is free, because there is no such process', true],
  ])('which answers %s %s', async (code, _, taken) => {
    await acquire(ONE);
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
    const got = await acquire(TWO).then(
      () => true,
      () => false,
    );
    kill.mockRestore();
    expect(got).toBe(taken);
  });
});
