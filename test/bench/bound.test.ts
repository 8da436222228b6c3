import { describe, expect, it } from 'vitest';

import { fewestCalls, loadOf, lowerBound, totalOf, withProcessor } from '../../bench/bound.ts';
import type { Setting } from '../../bench/setting.ts';

const WORK = { targets: 10_000, users: 250_000, tagged: 160_000, due: 190_000, written: 10_000 };
const SETTING: Setting = { accounts: 10_000, users: 25, latency: 60, trouble: 'none' };
const calls = fewestCalls(SETTING, 2, WORK);
const boundAt = (latency: number) => lowerBound(loadOf({ ...SETTING, latency }, WORK, calls));

describe('the lower bound', () => {
  it('counts every call that is needed once, and the second session by itself', () => {
    expect(calls).toEqual({
      organization: 2 + 501,
      sessions: 10_000,
      secondSessions: 10_000,
      reads: 20_000 + 250_000 + 160_000,
      writes: 190_000,
    });
    expect(totalOf(calls)).toBe(640_503);
  });

  it('is that of latency and width where no processor is counted', () => {
    expect(boundAt(100).by).toBe('latency');
    expect(boundAt(100).seconds).toBeCloseTo((640_000 * 0.1) / 400, 6);
  });

  it('is that of the processor where it takes longer', () => {
    expect(withProcessor(boundAt(60), 640.503)).toMatchObject({ by: 'processor', seconds: 640.503 });
    expect(withProcessor(boundAt(60), 1)).toMatchObject({ by: 'latency', seconds: boundAt(60).seconds });
  });

  it('knows how fast accounts can be listed, and sessions be opened', () => {
    const { terms } = boundAt(60);
    expect(terms['list']).toBeCloseTo((501 - 12) / 8, 6);
    expect(terms['sessions']).toBeCloseTo((20_000 - 600) / 600, 6);
  });

  it('is never negative where a full bucket lets everything through', () => {
    const few = { ...WORK, targets: 10, written: 10 };
    const load = loadOf({ ...SETTING, accounts: 10 }, few, fewestCalls({ ...SETTING, accounts: 10 }, 2, few));
    expect(lowerBound(load).terms).toMatchObject({ sessions: 0, tags: 0 });
  });
});
