import { loadOf, lowerBound, neededCalls, totalAgain, totalOf, withProcessor, type Bound } from './bound.ts';
import type { Cell } from './cells.ts';
import type { Run } from './processes.ts';
import { GROUPS } from './setting.ts';

/** What one run of the benchmark found. */
export interface Results {
  readonly conditions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly leftOut: readonly string[];
}

export interface Row extends Cell {
  readonly run: Run;
  readonly callsMade: number;
  readonly cpuPerCall: number;
  readonly needed: number;
  /** Of them, those that decide again before a write. */
  readonly neededAgain: number;
  /** By quotas, latency and width. */
  readonly bound: Bound;
  /** By these and by what the bare SDK takes of this processor for the needed calls. */
  readonly boundHere: Bound;
  /** That of the bare SDK. */
  readonly bareCpuPerCall: number;
}

/** @param before rows of this run of the benchmark; the first are those of the bare SDK */
export function rowOf(cell: Cell, run: Run, before: readonly Row[]): Row {
  const callsMade = Object.values(run.calls).reduce((sum, count) => sum + count, 0);
  const cpuPerCall = run.cpuSeconds / callsMade;
  const bareCpuPerCall = nearestBare(cell, before)?.cpuPerCall ?? cpuPerCall;
  const calls = neededCalls(cell.setting, GROUPS.length, run.work);
  const needed = totalOf(calls);
  const bound = lowerBound(loadOf(cell.setting, run.work, calls));
  return {
    ...cell,
    run,
    callsMade,
    cpuPerCall,
    needed,
    neededAgain: totalAgain(calls),
    bound,
    boundHere: withProcessor(bound, needed * bareCpuPerCall),
    bareCpuPerCall,
  };
}

/**
 * At the same latency, and of the size nearest to it; for a bare run that is itself.
 */
function nearestBare({ contender, setting }: Cell, before: readonly Row[]): Row | undefined {
  if (contender === 'bare') return undefined;
  const distance = (row: Row): number => Math.abs(Math.log(row.setting.accounts / setting.accounts));
  return before
    .filter((row) => row.contender === 'bare' && row.setting.latency === setting.latency)
    .reduce<Row | undefined>((a, b) => (a && distance(a) <= distance(b) ? a : b), undefined);
}

/** Keysweep on organizations without trouble, as most of the comparisons want it. */
export function plainRows(rows: readonly Row[]): Row[] {
  return rows.filter(({ contender, setting }) => contender === 'keysweep' && setting.trouble === 'none');
}

/** Bytes: what the peak is without accounts, and by how much it grows with each. */
export interface Growth {
  readonly base: number;
  readonly perAccount: number;
}

/**
 * The straight line through the peaks of all sizes at the first latency; undefined where there are no two
 * sizes.
 */
export function growthOf(rows: readonly Row[]): Growth | undefined {
  const sizes = plainRows(rows).filter(
    ({ setting }, _, [first]) =>
      setting.latency === first?.setting.latency && setting.users === first.setting.users,
  );
  const points = sizes.map(({ setting, run }) => [setting.accounts, run.peakBytes] as const);
  const x = mean(points.map(([accounts]) => accounts));
  const y = mean(points.map(([, bytes]) => bytes));
  const spread = points.reduce((sum, [accounts]) => sum + (accounts - x) ** 2, 0);
  if (points.length < 2 || spread === 0) return undefined;
  const perAccount =
    points.reduce((sum, [accounts, bytes]) => sum + (accounts - x) * (bytes - y), 0) / spread;
  return { base: y - perAccount * x, perAccount };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
