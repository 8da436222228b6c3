import { describe, expect, it } from 'vitest';

import { cellsFor, type Choice } from '../../bench/cells.ts';

const FULL: Choice = { quick: false, profile: false, leak: false, peers: false };

/** `accounts × latency`, and what is unusual. */
function told(choice: Choice, contender: string): string[] {
  return cellsFor(choice)
    .cells.filter((cell) => cell.contender === contender)
    .map(({ setting: { accounts, latency, users, trouble } }) =>
      [
        `${accounts} × ${latency}`,
        ...(users === 25 ? [] : [users]),
        ...(trouble === 'none' ? [] : [trouble]),
      ].join(' '),
    );
}

describe('what is measured', () => {
  it('is every size at both latencies, and accounts with trouble', () => {
    expect(told(FULL, 'keysweep')).toEqual([
      ...['100 × 60', '1000 × 60', '10000 × 60', '100 × 150', '1000 × 150', '10000 × 150'],
      ...['500 × 60 20', '1000 × 60 slow', '1000 × 60 throttled'],
    ]);
    expect(told(FULL, 'original')).toEqual(['100 × 60', '1000 × 60', '100 × 150', '1000 × 150']);
    expect(told(FULL, 'sequential')).toEqual(['25 × 60', '10 × 150']);
  });

  it('says what is left out', () => {
    expect(cellsFor(FULL).leftOut.join()).toMatch(/the original beyond 1,000.*the bare SDK beyond 1,000/);
    const { cells, leftOut } = cellsFor({ ...FULL, accounts: 10_000 });
    expect(cells.some(({ contender }) => contender === 'original')).toBe(false);
    expect(leftOut.join()).toMatch(/every other size.*the original beyond 1,000/);
    expect(cellsFor({ ...FULL, accounts: 500 }).leftOut.join()).not.toContain('original');
  });

  it.each([{}, { quick: true }, { accounts: 7, latency: 5 }, { accounts: 500, users: 20 }])(
    'is compared with the bare SDK at every latency and size up to 1,000, which is measured first: %o',
    (choice) => {
      const { cells } = cellsFor({ ...FULL, ...choice });
      const bare = cells.filter(({ contender }) => contender === 'bare');
      expect(cells.slice(0, bare.length)).toEqual(bare);
      const sizes = new Set(bare.map(({ setting }) => `${setting.accounts} × ${setting.latency}`));
      const swept = cells.filter(
        ({ contender, setting }) => contender === 'keysweep' && setting.users === bare[0]?.setting.users,
      );
      for (const { setting } of swept)
        expect(sizes).toContain(`${Math.min(1_000, setting.accounts)} × ${setting.latency}`);
    },
  );

  it('is keysweep and the bare SDK alone where the time of the processor is asked for', () => {
    const { cells } = cellsFor({ ...FULL, accounts: 1_000, latency: 60, profile: true });
    expect(cells.map(({ contender }) => contender)).toEqual(['bare', 'keysweep']);
  });
});
