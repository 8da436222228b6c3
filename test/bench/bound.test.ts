import { describe, expect, it } from 'vitest';

import {
  DESCRIBE_ACCOUNT,
  loadOf,
  lowerBound,
  neededCalls,
  totalOf,
  withProcessor,
} from '../../bench/bound.ts';
import type { Setting } from '../../bench/setting.ts';
import { DOCUMENTED_THROTTLES } from '../../sandbox/faults/throttling.ts';

const WORK = {
  targets: 10_000,
  users: 250_000,
  tagged: 160_000,
  due: 190_000,
  written: 10_000,
  lastWritten: 10_000,
  ...{
    keptByTag: 7_000,
    batches: 12_000,
    readAgain: 150_000,
  },
};
const SETTING: Setting = { accounts: 10_000, users: 25, latency: 60, trouble: 'none' };
const calls = neededCalls(SETTING, 2, WORK);
const boundAt = (latency: number) => lowerBound(loadOf({ ...SETTING, latency }, WORK, calls));

describe('the lower bound', () => {
  it('counts every call that is needed, and what is decided again at the write by itself', () => {
    expect(calls).toEqual({
      organization: 2 + 501,
      plan: { sessions: 10_000, reads: 20_000 + 14_000 + 250_000 + 160_000 },
      again: { describes: 30, pages: 500, sessions: 10_000, reads: 24_000 + 300_000 },
      write: { sessions: 12_000, writes: 190_000 },
    });
    expect(totalOf(calls)).toBe(1_000_503 - 10_000 + 30 + 500);
  });

  it('is that of latency and width where no processor is counted', () => {
    expect(boundAt(300).by).toBe('latency');
    expect(boundAt(300).seconds).toBeCloseTo((990_530 * 0.3) / 400, 6);
  });

  it('is that of two lists of the accounts where AWS answers soon', () => {
    expect(boundAt(10)).toMatchObject({ by: 'list', seconds: (501 + 500 - 12) / 8 });
  });

  it.each([
    ['one', 1, 1, { describes: 1, pages: 0 }],
    ['as many as AWS describes at once', 30, 990, { describes: 30, pages: 0 }],
    ['as many as are described while all are listed', 1_280, 9_990, { describes: 1_280, pages: 0 }],
    ['one more', 1_281, 9_990, { describes: 30, pages: 500 }],
    ['one more, all in the beginning', 1_281, 1_290, { describes: 30, pages: 65 }],
  ])('knows what is read again of the accounts that are written to: %s', (_, written, lastWritten, again) => {
    expect(neededCalls(SETTING, 2, { ...WORK, written, lastWritten }).again).toMatchObject(again);
  });

  it('describes accounts as fast as AWS answers', () => {
    const { perAccount } =
      DOCUMENTED_THROTTLES.find(({ calls: of }) => of?.includes('DescribeAccount')) ?? {};
    expect(perAccount).toEqual({ rate: DESCRIBE_ACCOUNT.perSecond, burst: DESCRIBE_ACCOUNT.burst });
  });

  it('is that of the processor where it takes longer', () => {
    expect(withProcessor(boundAt(60), 750.5)).toMatchObject({ by: 'processor', seconds: 750.5 });
    expect(withProcessor(boundAt(10), 1)).toMatchObject({ by: 'list', seconds: boundAt(10).seconds });
  });

  it('knows how fast accounts can be listed, and sessions be opened', () => {
    const { terms } = boundAt(60);
    expect(terms['list']).toBeCloseTo((501 + 500 - 12) / 8, 6);
    expect(terms['sessions']).toBeCloseTo((32_000 - 600) / 600, 6);
  });

  it('is never negative where a full bucket lets everything through', () => {
    const few = { ...WORK, targets: 10, written: 10, batches: 12 };
    const load = loadOf({ ...SETTING, accounts: 10 }, few, neededCalls({ ...SETTING, accounts: 10 }, 2, few));
    expect(lowerBound(load).terms).toMatchObject({ sessions: 0, tags: 0, describe: 0 });
  });
});
