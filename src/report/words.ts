import type { RunSummary } from '../ledger/record.ts';

export const DAY_MS = 86_400_000;

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `3 armed, 1 opted-out`, in the order of first occurrence */
export function countEach(names: readonly string[]): string {
  return [...new Set(names)]
    .map((name) => `${names.filter((each) => each === name).length} ${name}`)
    .join(', ');
}

/** `5.0 s`, `6 min 42 s` */
export function duration({ startedAt, finishedAt }: RunSummary): string {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return seconds < 90
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Full days from the creation of a key to the start of a run. */
export function ageInDays(createDate: Date, startedAt: string): number {
  return Math.floor((Date.parse(startedAt) - createDate.getTime()) / DAY_MS);
}
