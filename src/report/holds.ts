import { holdEnd, type RememberedKey } from '../ledger/memory.ts';
import { columns } from './columns.ts';
import type { Documents } from './json.ts';
import type { Style } from './style.ts';
import { DAY_MS, plural } from './words.ts';

export type HoldLine = Documents['holds']['holds'][number];

export function holdLines(
  accountId: string,
  keys: ReadonlyMap<string, RememberedKey>,
  now: Date,
): HoldLine[] {
  return [...keys].flatMap(([accessKeyId, key]) => {
    const { userName, holdUntil, heldByRun = '' } = key;
    if (!holdUntil) return [];
    // One that no undo can have made does not count.
    const until = (holdEnd(key, now) ?? new Date(0)).toISOString();
    return [{ accountId, userName, accessKeyId, until, undoRunId: heldByRun }];
  });
}

/** In the order in which they end. */
export function renderHolds(lines: readonly HoldLine[], now: Date, style: Style): string {
  if (lines.length === 0) return style.bold('No key is on hold.');
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
    columns(['account', 'user', 'key', 'until', 'time left', 'undo'], rows, style),
    '',
    style.bold(`${plural(inForce, 'key')} on hold${ended > 0 ? `, ${plural(ended, 'hold')} ended` : ''}`),
  ].join('\n');
}
