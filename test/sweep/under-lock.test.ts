import { expect, it } from 'vitest';

import { NO_LOCK, underLock } from '../../src/sweep/begin.ts';

const lost = new Error('the ledger is gone');
const lock = { ...NO_LOCK, release: () => Promise.reject(new Error('nor can the lock be released')) };

it('a lock that cannot be released does not hide what the run failed of', async () => {
  await expect(underLock({ lock }, () => Promise.reject(lost))).rejects.toBe(lost);
});

it('a lock is released at the end of the work, whatever came of it', async () => {
  let released = 0;
  const lock = { ...NO_LOCK, release: () => Promise.resolve(void (released += 1)) };
  expect(await underLock({ lock }, () => Promise.resolve('done'))).toBe('done');
  await expect(underLock({ lock }, () => Promise.reject(lost))).rejects.toBe(lost);
  expect(released).toBe(2);
});
