import { columns } from './columns.ts';
import type { Style } from './style.ts';
import { plural } from './words.ts';

/** A key that sweeps leave alone. */
export interface HoldLine {
  readonly accountId: string;
  readonly userName: string;
  readonly accessKeyId: string;
  readonly holdUntil: Date;
  /** The undo that put the hold. */
  readonly heldByRun: string;
}

interface Remembered {
  readonly userName: string;
  readonly holdUntil?: Date | undefined;
  readonly heldByRun?: string | undefined;
}

/** The holds that are remembered of one account. Pure. */
export function holdLines(accountId: string, keys: ReadonlyMap<string, Remembered>): HoldLine[] {
  return [...keys].flatMap(([accessKeyId, { userName, holdUntil, heldByRun = '' }]) =>
    holdUntil ? [{ accountId, userName, accessKeyId, holdUntil, heldByRun }] : [],
  );
}

/** Holds in the order in which they end; ended ones say so. Pure. */
export function renderHolds(lines: readonly HoldLine[], now: Date, { bold }: Style): string {
  if (lines.length === 0) return bold('No key is under a hold.');
  const inForce = lines.filter(({ holdUntil }) => holdUntil > now).length;
  const ended = lines.length - inForce;
  const rows = lines
    .toSorted((a, b) => a.holdUntil.getTime() - b.holdUntil.getTime())
    .map(({ accountId, userName, accessKeyId, holdUntil, heldByRun }) => [
      accountId,
      userName,
      accessKeyId,
      holdUntil.toISOString(),
      holdUntil > now ? `${Math.ceil((holdUntil.getTime() - now.getTime()) / 86_400_000)} d left` : 'ended',
      heldByRun,
    ]);
  return [
    columns(['account', 'user', 'key', 'until', '', 'by'], rows),
    '',
    bold(`${plural(inForce, 'key')} under a hold${ended > 0 ? `, ${ended} whose hold has ended` : ''}`),
  ].join('\n');
}
