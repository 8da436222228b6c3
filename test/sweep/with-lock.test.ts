import { expect, it } from 'vitest';

import { NO_LOCK, withLock } from '../../src/sweep/begin.ts';
import { summary } from '../support/records.ts';

const lost = new Error('the ledger is gone');
const lock = { ...NO_LOCK, release: () => Promise.reject(new Error('nor can the lock be released')) };

it('a lock that cannot be released does not hide the error of the run', async () => {
  await expect(withLock({ lock }, () => Promise.reject(lost))).rejects.toBe(lost);
});

it('a lock that cannot be released is a warning of a run that has ended', async () => {
  const ended = summary({ warnings: ['before'] });
  expect(await withLock({ lock }, () => Promise.resolve(ended))).toEqual({
    ...ended,
    warnings: [
      'before',
      'The lock of the ledger could not be released: nor can the lock be released. ' +
        'The run has ended. The lock expires after 5 minutes; until then no run can write.',
    ],
  });
});

it('a lock is released at the end of the work, even after an error', async () => {
  let released = 0;
  const lock = { ...NO_LOCK, release: () => Promise.resolve(void (released += 1)) };
  expect(await withLock({ lock }, () => Promise.resolve(summary()))).toEqual(summary());
  await expect(withLock({ lock }, () => Promise.reject(lost))).rejects.toBe(lost);
  expect(released).toBe(2);
});
