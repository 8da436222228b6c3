import { nameOf } from './names.ts';
import { IDLE } from './profile.ts';
import type { Row } from './results.ts';

/**
 * Kinds of work by contender, in Markdown: microseconds of the main thread for a call, and the share of the
 * time in which it was at work.
 */
export function profileTable(rows: readonly Row[]): string {
  const profiled = rows.filter(({ run }) => run.shares);
  const kinds = Object.keys(profiled[0]?.run.shares ?? {}).filter((kind) => kind !== IDLE);
  const lines = [
    ['work, µs a call', ...profiled.map(nameOf)],
    ['---', ...profiled.map(() => '---')],
    ...kinds.map((kind) => [kind, ...profiled.map((row) => cellOf(row, kind))]),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellOf({ run, callsMade }: Row, kind: string): string {
  const { [kind]: share = 0, [IDLE]: idle = 0 } = run.shares ?? {};
  const microseconds = (share * run.seconds * 1e6) / callsMade;
  return `${microseconds.toFixed(0)} (${((share / (1 - idle)) * 100).toFixed(1)} %)`;
}
