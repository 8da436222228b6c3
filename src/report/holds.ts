import { columns } from './columns.ts';
import type { Documents } from './json.ts';
import type { Style } from './style.ts';
import { DAY_MS, plural } from './words.ts';

export type HoldLine = Documents['holds']['holds'][number];

interface Remembered {
  readonly userName: string;
  readonly holdUntil?: Date | undefined;
  readonly heldByRun?: string | undefined;
}

export function holdLines(accountId: string, keys: ReadonlyMap<string, Remembered>): HoldLine[] {
  return [...keys].flatMap(([accessKeyId, { userName, holdUntil, heldByRun = '' }]) =>
    holdUntil
      ? [{ accountId, userName, accessKeyId, until: holdUntil.toISOString(), undoRunId: heldByRun }]
      : [],
  );
}

/** In the order in which they end. */
export function renderHolds(lines: readonly HoldLine[], now: Date, { bold }: Style): string {
  if (lines.length === 0) return bold('No key is on hold.');
  const left = ({ until }: HoldLine): number => Date.parse(until) - now.getTime();
  const inForce = lines.filter((line) => left(line) > 0).length;
  const ended = lines.length - inForce;
  const rows = lines
    .toSorted((a, b) => left(a) - left(b))
    .map((line) => [
      line.accountId,
      line.userName,
      line.accessKeyId,
      line.until,
      left(line) > 0 ? `${Math.ceil(left(line) / DAY_MS)} d` : 'ended',
      line.undoRunId,
    ]);
  return [
    columns(['account', 'user', 'key', 'until', 'time left', 'undo'], rows),
    '',
    bold(`${plural(inForce, 'key')} on hold${ended > 0 ? `, ${plural(ended, 'hold')} ended` : ''}`),
  ].join('\n');
}
