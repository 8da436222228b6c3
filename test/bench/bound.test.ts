import { describe, expect, it } from 'vitest';

import { fewestCalls, lowerBound, totalOf } from '../../bench/bound.ts';
import { cellsFor } from '../../bench/cells.ts';

const WORK = { targets: 10_000, users: 250_000, tagged: 160_000, due: 190_000, written: 10_000 };
const setting = { accounts: 10_000, latency: 60, slowShare: 0 };
const calls = fewestCalls(setting, 2, WORK);

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

  it.each([
    ['processor', { ...setting }, 0.001, 640.503],
    ['latency', { ...setting, latency: 100 }, 0, (640_000 * 0.1) / 400],
  ] as const)('is that of the %s where it binds', (by, where, cpuPerCall, seconds) => {
    const bound = lowerBound(where, WORK, calls, cpuPerCall);
    expect(bound.by).toBe(by);
    expect(bound.seconds).toBeCloseTo(seconds, 6);
  });

  it('knows how fast accounts can be listed, and sessions be opened', () => {
    const { terms } = lowerBound(setting, WORK, calls, 0);
    expect(terms.list).toBeCloseTo((501 - 12) / 8, 6);
    expect(terms.sessions).toBeCloseTo((20_000 - 600) / 600, 6);
  });
});

describe('what is measured', () => {
  it('is 10,000 accounts at 60 ms among the rest, and says what was left out', () => {
    const { cells, leftOut } = cellsFor({ quick: false });
    const keysweep = cells.filter(({ contender }) => contender === 'keysweep');
    expect(
      keysweep.map(({ setting: { accounts, latency, slowShare } }) => [accounts, latency, slowShare]),
    ).toEqual([
      [100, 60, 0],
      [1_000, 60, 0],
      [10_000, 60, 0],
      [100, 150, 0],
      [1_000, 150, 0],
      [1_000, 60, 0.01],
    ]);
    expect(leftOut.join()).toMatch(/10,000 accounts at 150 ms.*original at 10,000.*plain loop beyond/);
  });

  it('is compared with the SDK alone at every latency, which is measured first', () => {
    for (const choice of [{ quick: false }, { quick: true }, { quick: false, accounts: 7, latency: 5 }]) {
      const { cells } = cellsFor(choice);
      for (const { setting: at } of cells.filter(({ contender }) => contender === 'keysweep')) {
        const isBare = cells.findIndex(
          (cell) => cell.contender === 'bare' && cell.setting.latency === at.latency,
        );
        expect(isBare).toBeGreaterThanOrEqual(0);
      }
      expect(cells[0]?.contender).toBe('bare');
    }
  });
});
