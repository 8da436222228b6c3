import { fewestCalls, lowerBound, totalOf, type Bound } from './bound.ts';
import type { Cell } from './cells.ts';
import type { Run } from './processes.ts';
import { GROUPS } from './setting.ts';

/** What one run of the benchmark found. */
export interface Results {
  readonly conditions: Readonly<Record<string, string>>;
  /** Seconds of one processor that the SDK alone takes for a call, by latency in milliseconds. */
  readonly bareCpuPerCall: Readonly<Record<string, number>>;
  readonly rows: readonly Row[];
  readonly growthBytesPerAccount: number | undefined;
  readonly leftOut: readonly string[];
}

export interface Row extends Cell {
  readonly run: Run;
  readonly callsMade: number;
  readonly cpuPerCall: number;
  /** Only for keysweep, whose ledger knows what there was to do. */
  readonly against: Against | undefined;
}

export interface Against {
  readonly bound: Bound;
  readonly fewest: number;
  /** The second session of each written account among them. */
  readonly secondSessions: number;
  readonly timeRatio: number;
  readonly callRatio: number;
  readonly cpuRatio: number;
}

/** @param bareCpuPerCall by latency */
export function rowOf(cell: Cell, run: Run, bareCpuPerCall: Readonly<Record<string, number>>): Row {
  const callsMade = Object.values(run.calls).reduce((sum, count) => sum + count, 0);
  const cpuPerCall = run.cpuSeconds / callsMade;
  const bare = bareCpuPerCall[cell.setting.latency];
  if (!run.work || bare === undefined) return { ...cell, run, callsMade, cpuPerCall, against: undefined };
  const calls = fewestCalls(cell.setting, GROUPS.length, run.work);
  const bound = lowerBound(cell.setting, run.work, calls, bare);
  const fewest = totalOf(calls);
  const against = {
    bound,
    fewest,
    secondSessions: calls.secondSessions,
    timeRatio: run.seconds / bound.seconds,
    callRatio: callsMade / fewest,
    cpuRatio: cpuPerCall / bare,
  };
  return { ...cell, run, callsMade, cpuPerCall, against };
}

/** By how much the peak grows with each account, between the two largest organizations; undefined where there are none. */
export function growthPerAccount(rows: readonly Row[]): number | undefined {
  const sizes = rows
    .filter(({ contender, setting }) => contender === 'keysweep' && setting.slowShare === 0)
    .filter(({ setting }, _, all) => setting.latency === all[0]?.setting.latency)
    .sort((a, b) => a.setting.accounts - b.setting.accounts);
  const [small, large] = sizes.slice(-2);
  if (!small || !large) return undefined;
  return (large.run.peakBytes - small.run.peakBytes) / (large.setting.accounts - small.setting.accounts);
}
