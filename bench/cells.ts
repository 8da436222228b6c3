import { USERS_PER_ACCOUNT, type Setting } from './setting.ts';

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
  /** {@link USERS_PER_ACCOUNT} when left out. */
  readonly users?: number | undefined;
  readonly quick: boolean;
  /** Only keysweep and the bare SDK, and where their time goes. */
  readonly profile: boolean;
  /** Only leaked keys. */
  readonly leak: boolean;
  /** Only keysweep and what others have; so many times each, and with the original's handler at this path. */
  readonly peers: boolean;
  readonly rounds?: number | undefined;
  readonly original?: string | undefined;
}

/** The bare SDK is as warm then as it gets, and the original has failed. */
const LARGEST_OF_OTHERS = 1_000;
const SIZES = { quick: [100, 300], full: [100, 1_000, 10_000] };
const LATENCIES = { quick: [60], full: [60, 150] };

/** Accounts by latency: a plain loop takes the more time the more accounts there are, so a few tell. */
const LOOPED: Readonly<Record<number, number>> = { 60: 25, 150: 10 };

export function isChosen({ accounts, latency, users }: Choice): boolean {
  return [accounts, latency, users].some((value) => value !== undefined);
}

/** What is measured, and what is left out on purpose, with the reason. */
export function cellsFor(choice: Choice): {
  readonly cells: readonly Cell[];
  readonly leftOut: readonly string[];
} {
  const { accounts, latency, quick } = choice;
  const chosen = isChosen(choice);
  const users = choice.users ?? USERS_PER_ACCOUNT;
  const sizes = accounts === undefined ? SIZES[quick ? 'quick' : 'full'] : [accounts];
  const latencies = latency === undefined ? LATENCIES[quick ? 'quick' : 'full'] : [latency];
  const settings = latencies.flatMap((ms) => sizes.map((count) => plain(count, users, ms)));
  const small = latencies.flatMap((ms) =>
    [...new Set(sizes.map((count) => Math.min(count, LARGEST_OF_OTHERS)))].map((count) =>
      plain(count, users, ms),
    ),
  );
  const [first = plain(100, users, 60)] = settings;
  const sweeps = [
    ...small.map((setting) => cell('bare', setting)),
    ...settings.map((setting) => cell('keysweep', setting)),
  ];
  const cells = choice.profile
    ? sweeps
    : [
        ...sweeps,
        ...(quick || chosen ? [] : onlyInFull(first.latency)),
        ...(quick ? [] : troubled(small.filter((setting) => setting.latency === first.latency).at(-1))),
        ...small
          .filter(({ accounts: count }) => sizes.includes(count))
          .map((setting) => cell('original', setting)),
        ...latencies.map((ms) =>
          cell('sequential', plain((!quick && !chosen && LOOPED[ms]) || 10, users, ms)),
        ),
      ];
  return { cells, leftOut: leftOut(choice) };
}

function onlyInFull(latency: number): Cell[] {
  return [cell('keysweep', plain(500, 20, latency))];
}

function troubled(setting: Setting | undefined): Cell[] {
  if (!setting) return [];
  return (['slow', 'throttled'] as const).map((trouble) => cell('keysweep', { ...setting, trouble }));
}

function plain(accounts: number, users: number, latency: number): Setting {
  return { accounts, users, latency, trouble: 'none' };
}

function cell(contender: ContenderName, setting: Setting): Cell {
  return { contender, setting };
}

function leftOut(choice: Choice): string[] {
  const { accounts = Infinity, quick } = choice;
  return [
    ...(isChosen(choice) ? ['every other size and latency (`npm run bench` without a choice)'] : []),
    ...(quick
      ? [
          'everything beyond 300 accounts, 150 ms, slow and throttled accounts ' +
            '(`npm run bench` without --quick)',
        ]
      : []),
    ...(accounts > LARGEST_OF_OTHERS && !quick
      ? [
          'the original beyond 1,000 accounts: it opens every session and sends every call at once, ' +
            'and at 1,000 it leaves work undone already',
          'the bare SDK beyond 1,000 accounts: what a call costs there is taken from its run at 1,000',
        ]
      : []),
  ];
}
