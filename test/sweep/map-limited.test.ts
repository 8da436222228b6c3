import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { mapLimited } from '../../src/sweep/map-limited.ts';

describe('mapLimited', () => {
  it('returns the results in the order of the items', async () => {
    const work = async (milliseconds: number): Promise<string> => {
      await sleep(milliseconds);
      return `after ${milliseconds}`;
    };
    expect(await mapLimited([20, 1, 10], 3, work)).toEqual(['after 20', 'after 1', 'after 10']);
    expect(await mapLimited([], 3, work)).toEqual([]);
  });

  it.each([1, 3, 7])('runs %i at a time', async (concurrency) => {
    let [running, widest] = [0, 0];
    await mapLimited(Array.from({ length: 20 }), concurrency, async () => {
      widest = Math.max(widest, (running += 1));
      await sleep(2);
      running -= 1;
    });
    expect(widest).toBe(concurrency);
  });

  it('throws the first error only when all work has ended', async () => {
    let done = 0;
    const work = async (item: number): Promise<void> => {
      await sleep(item);
      done += 1;
      if (item === 1 || item === 15) throw new Error(`at ${item}`);
    };
    await expect(mapLimited([20, 15, 1, 10], 2, work)).rejects.toThrow('at 15');
    expect(done).toBe(4);
  });
});
