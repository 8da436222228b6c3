import type { PeerTrouble, Setting } from '../setting.ts';
import type { PeerRun } from './measure.ts';

export interface PeerResults {
  readonly conditions: Readonly<Record<string, string>>;
  readonly setting: Setting;
  /** In the order in which they were made, in rounds. */
  readonly runs: readonly PeerRun[];
  readonly troubles: readonly TroubleRun[];
  readonly skipped: readonly string[];
}

export interface TroubleRun extends PeerRun {
  readonly trouble: PeerTrouble;
}

/** The runs of one peer. */
export interface PeerRow {
  readonly name: string;
  readonly runs: readonly PeerRun[];
}

export function rowsOf({ runs }: Pick<PeerResults, 'runs'>): PeerRow[] {
  const names = [...new Set(runs.map(({ name }) => name))];
  return names.map((name) => ({ name, runs: runs.filter((run) => run.name === name) }));
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [(sorted.length - 1) / 2, sorted.length / 2].map((at) => sorted[Math.floor(at)] ?? NaN);
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}

export function medianOf({ runs }: PeerRow, value: (run: PeerRun) => number): number {
  return median(runs.map(value));
}

export function callsOf({ calls }: PeerRun): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}

/** How many times as long as keysweep, by the medians; NaN without keysweep. */
export function timesKeysweep(row: PeerRow, rows: readonly PeerRow[]): number {
  const own = rows.find(({ name }) => name === 'keysweep');
  return own ? medianOf(row, seconds) / medianOf(own, seconds) : NaN;
}

export function seconds(run: PeerRun): number {
  return run.seconds;
}

/** What was wanted at about 200 accounts. */
const GOALS = [
  ['boto3, 64 threads', 3],
  ['c7n-org', 8],
] as const;

/** Each goal, and whether it is met; none for who did not run. */
export function peerGoals(results: Pick<PeerResults, 'runs' | 'setting'>): string[] {
  const rows = rowsOf(results);
  return GOALS.flatMap(([name, least]) => {
    const row = rows.find((one) => one.name === name);
    if (!row) return [];
    const times = timesKeysweep(row, rows);
    const told = times >= least ? 'met' : 'not met';
    const { accounts } = results.setting;
    return [
      `goal: ${name} takes at least ${least} × keysweep’s time: ${told}: ${times.toFixed(2)} at ${accounts}`,
    ];
  });
}

/** Every other round begins with the last, so that a machine that slows down favours none. */
export function alternating<Item>(items: readonly Item[], round: number): Item[] {
  return round % 2 === 0 ? [...items] : [...items].reverse();
}
