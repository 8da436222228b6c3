import { columns } from './columns.ts';
import type { Documents } from './json.ts';
import type { Style } from './style.ts';
import { plural } from './words.ts';

/** A key that sweeps leave alone. */
export type HoldLine = Documents['holds']['holds'][number];

interface Remembered {
  readonly userName: string;
  readonly holdUntil?: Date | undefined;
  readonly heldByRun?: string | undefined;
}

/** The holds that are remembered of one account. Pure. */
export function holdLines(accountId: string, keys: ReadonlyMap<string, Remembered>): HoldLine[] {
  return [...keys].flatMap(([accessKeyId, { userName, holdUntil, heldByRun = '' }]) =>
    holdUntil
      ? [{ accountId, userName, accessKeyId, until: holdUntil.toISOString(), undoRunId: heldByRun }]
      : [],
  );
}

/** Holds in the order in which they end; ended ones say so. Pure. */
export function renderHolds(lines: readonly HoldLine[], now: Date, { bold }: Style): string {
  if (lines.length === 0) return bold('No key is under a hold.');
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
      left(line) > 0 ? `${Math.ceil(left(line) / 86_400_000)} d` : 'ended',
      line.undoRunId,
    ]);
  return [
    columns(['account', 'user', 'key', 'until', 'time left', 'undo'], rows),
    '',
    bold(`${plural(inForce, 'key')} under a hold${ended > 0 ? `, ${ended} whose hold has ended` : ''}`),
  ].join('\n');
}
