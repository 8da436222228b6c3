import { describe, expect, it } from 'vitest';

import { costOf } from '../../bench/simulate/cost.ts';
import { lowerBound, withProcessor } from '../../bench/bound.ts';
import { CALLS_PER_ACCOUNT } from '../../bench/setting.ts';
import {
  callsOf,
  loadOf,
  MACHINE,
  simulateFanOut,
  simulateLambda,
  type World,
} from '../../bench/simulate/model.ts';
import { DEFAULTS, worldOf } from '../../bench/simulate/worlds.ts';

/** The least that a sweep takes; one process has one core. */
function least(world: World, inFlight: number, cores: number, { cpuPerCall } = MACHINE): number {
  const load = loadOf(world, inFlight, cores === 1 ? 'lambda' : 'step-functions');
  return withProcessor(lowerBound(load), (load.calls * cpuPerCall) / cores).seconds;
}

const PLENTY = { ...MACHINE, cpuPerCall: 0, childStart: 0, store: 0 };

describe('the simulated sweep', () => {
  it('makes the calls of the measure: 27 to plan an account, and 63.5 to read again and to write', () => {
    expect(callsOf(worldOf(1, 0))).toEqual({ plan: 27, apply: 63.5, sessions: 4 });
  });

  // With one bottleneck, the formula of docs/scale.md has one term, which the simulation must reach.
  it.each([
    ['tags', worldOf(10_000, 0.01, true), 4_000, PLENTY, 998.5],
    ['calls in flight', worldOf(10_000, 0.15), 40, PLENTY, (10_000 * 90.5 * 0.15) / 160],
    ['the processor', worldOf(10_000, 0.06), 4_000, MACHINE, 10_000 * 90.5 * MACHINE.cpuPerCall],
    ['listing twice', worldOf(10_000, 0.01), 4_000, PLENTY, (2 * 500 - 12) / 8],
  ])('of one process is bound by %s where that is narrow', (_, world, width, machine, expected) => {
    const { seconds } = simulateLambda(world, width, machine);
    expect(least(world, width * CALLS_PER_ACCOUNT, 1, machine)).toBeCloseTo(expected, 0);
    expect(seconds / expected).toBeGreaterThan(0.9);
    expect(seconds / expected).toBeLessThan(1.2);
  });

  it.each([
    ['tags', worldOf(10_000, 0.01, true), 40, 1_000],
    ['DescribeAccount', worldOf(50_000, 0.01), 400, 50_000 / 20 + 50_000 / 20 / 8],
  ])('in batches is bound by %s where that is narrow', (_, world, maxConcurrency, expected) => {
    const { seconds } = simulateFanOut(world, { batchSize: 20, maxConcurrency }, PLENTY);
    expect(seconds / expected).toBeGreaterThan(0.9);
    expect(seconds / expected).toBeLessThan(1.2);
  });

  it.each([0.06, 0.15])('is never faster than the lower bound (latency %f)', (latency) => {
    for (const accounts of [100, 1_000, 10_000, 50_000]) {
      const world = worldOf(accounts, latency);
      const { accountsAtOnce, batchSize, maxConcurrency } = DEFAULTS;
      const one = simulateLambda(world, accountsAtOnce).seconds;
      expect(one).toBeGreaterThanOrEqual(least(world, accountsAtOnce * CALLS_PER_ACCOUNT, 1));
      const inFlight = batchSize * maxConcurrency * CALLS_PER_ACCOUNT;
      expect(simulateFanOut(world, DEFAULTS).seconds).toBeGreaterThanOrEqual(
        least(world, inFlight, maxConcurrency),
      );
    }
  });

  it('takes longer with more accounts, more latency and fewer batches at a time', () => {
    const seconds = (accounts: number, latency: number, maxConcurrency: number) =>
      simulateFanOut(worldOf(accounts, latency), { batchSize: 20, maxConcurrency }).seconds;
    expect(seconds(2_000, 0.06, 10)).toBeGreaterThan(seconds(1_000, 0.06, 10));
    expect(seconds(2_000, 0.15, 10)).toBeGreaterThan(seconds(2_000, 0.06, 10));
    expect(seconds(2_000, 0.06, 5)).toBeGreaterThan(seconds(2_000, 0.06, 10));
  });

  it('costs what its seconds, transitions and requests cost', () => {
    const world = worldOf(1_000, 0.06);
    const one = { seconds: 100, binds: '', share: 1, lambdaSeconds: 100, children: 0 };
    expect(costOf(world, one)).toMatchObject({ stepFunctions: 0 });
    expect(costOf(world, one).lambda).toBeCloseTo(100 * (1769 / 1024) * 0.0000133334, 5);
    expect(costOf(world, { ...one, children: 100 }).stepFunctions).toBeCloseTo((210 / 1000) * 0.025, 6);
  });
});
