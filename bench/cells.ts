import type { Setting } from './setting.ts';

/** One run of the benchmark. */
export interface Cell {
  readonly contender: ContenderName;
  readonly setting: Setting;
}

export type ContenderName = 'keysweep' | 'original' | 'sequential' | 'bare';

export interface Choice {
  /** All of 100, 1,000 and 10,000 when left out. */
  readonly accounts?: number | undefined;
  /** Both when left out. */
  readonly latency?: number | undefined;
  readonly quick: boolean;
}

/** What is measured, and what is left out on purpose, with the reason. */
export function cellsFor({ accounts, latency, quick }: Choice): {
  readonly cells: readonly Cell[];
  readonly leftOut: readonly string[];
} {
  const chosen = accounts !== undefined || latency !== undefined;
  const sizes = accounts === undefined ? SIZES[quick ? 'quick' : 'full'] : [accounts];
  const latencies = latency === undefined ? LATENCIES[quick ? 'quick' : 'full'] : [latency];
  const settings = latencies.flatMap((ms) =>
    sizes.map((count): Setting => ({ accounts: count, latency: ms, slowShare: 0 })),
  );
  const wanted = settings.filter((setting) => accounts !== undefined || !isTooLong(setting));
  const [nearest = 60] = latencies;
  const cells = [
    ...latencies.map((ms): Cell => bareAt(Math.min(1_000, Math.max(...sizes)), ms)),
    ...wanted.map((setting): Cell => ({ contender: 'keysweep', setting })),
    ...(quick ? [] : [withSlowAccounts(Math.min(1_000, sizes.at(-1) ?? 1_000), nearest)]),
    ...wanted
      .filter((setting) => setting.accounts <= 1_000 && setting.latency === nearest)
      .map((setting): Cell => ({ contender: 'original', setting })),
    sequentialAt(quick || chosen ? 10 : 100, nearest),
  ];
  return { cells, leftOut: chosen ? CHOSEN : quick ? QUICK : LEFT_OUT };
}

const SIZES = { quick: [100, 300], full: [100, 1_000, 10_000] };
const LATENCIES = { quick: [60], full: [60, 150] };

function bareAt(accounts: number, latency: number): Cell {
  return { contender: 'bare', setting: { accounts, latency, slowShare: 0 } };
}

function sequentialAt(accounts: number, latency: number): Cell {
  return { contender: 'sequential', setting: { accounts, latency, slowShare: 0 } };
}

function withSlowAccounts(accounts: number, latency: number): Cell {
  return { contender: 'keysweep', setting: { accounts, latency, slowShare: 0.01 } };
}

/** The second of two runs that each take as long as all others together. */
function isTooLong({ accounts, latency }: Setting): boolean {
  return accounts > 1_000 && latency > 60;
}

const LEFT_OUT = [
  '10,000 accounts at 150 ms: as long again as at 60 ms, because there too the processor binds (`--accounts 10000 --latency 150` runs it)',
  'the original at 10,000 accounts: it opens every session at once, and at 1,000 it fails already',
  'the plain loop beyond 100 accounts: an hour at 1,000 and ten at 10,000, for its time grows with every call',
];
const CHOSEN = ['every other size and latency (`npm run bench` without --accounts and --latency)'];
const QUICK = ['everything beyond 300 accounts, 150 ms and slow accounts (`npm run bench` without --quick)'];
