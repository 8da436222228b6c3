import { expect, it } from 'vitest';

import { NO_LOCK, withLock } from '../../src/sweep/begin.ts';

const lost = new Error('the ledger is gone');
const lock = { ...NO_LOCK, release: () => Promise.reject(new Error('nor can the lock be released')) };

it('a lock that cannot be released does not hide the error of the run', async () => {
  await expect(withLock({ lock }, () => Promise.reject(lost))).rejects.toBe(lost);
});

it('a lock is released at the end of the work, even after an error', async () => {
  let released = 0;
  const lock = { ...NO_LOCK, release: () => Promise.resolve(void (released += 1)) };
  expect(await withLock({ lock }, () => Promise.resolve('done'))).toBe('done');
  await expect(withLock({ lock }, () => Promise.reject(lost))).rejects.toBe(lost);
  expect(released).toBe(2);
});
