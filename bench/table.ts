import { columns } from '../src/report/columns.ts';
import { PLAIN } from '../src/report/style.ts';
import type { Bound } from './bound.ts';
import { mebibytes, nameOf, placeOf, whole } from './names.ts';
import { notes } from './notes.ts';
import type { Results, Row } from './results.ts';

const HEAD = [
  'what',
  'accounts',
  'latency',
  'wall',
  '÷ quotas, latency, width',
  '÷ these and processor',
  'calls ÷ needed',
  'CPU a call',
  '÷ bare SDK',
  'peak memory',
];

function cellsOf(row: Row): string[] {
  const { setting, run, callsMade, cpuPerCall, needed, bound, boundHere, bareCpuPerCall } = row;
  return [
    nameOf(row),
    whole(setting.accounts),
    `${setting.latency} ms`,
    `${run.seconds.toFixed(1)} s`,
    against(run.seconds, bound),
    against(run.seconds, boundHere),
    (callsMade / needed).toFixed(3),
    `${(cpuPerCall * 1000).toFixed(2)} ms`,
    (cpuPerCall / bareCpuPerCall).toFixed(2),
    mebibytes(run.peakBytes),
  ];
}

function against(seconds: number, bound: Bound): string {
  return `${(seconds / bound.seconds).toFixed(2)} (${bound.by})`;
}

export function textTable({ rows }: Results): string {
  return columns(HEAD, rows.map(cellsOf), PLAIN);
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The contenders at 1,000 accounts and 60 ms, with the columns that need no explanation. */
export function shortTable({ rows }: Results): string {
  const shown = HEAD.map((name) => !name.startsWith('÷'));
  const short = (cells: readonly string[]): string[] => cells.filter((_, column) => shown[column]);
  const compared = rows.filter(
    (row) => row.contender === nameOf(row) && placeOf(row.setting) === '1,000 × 60 ms',
  );
  return markdownTable(short(HEAD), compared.map(cellsOf).map(short));
}

/** The table, and below it what it must not be read without. */
export function markdown(results: Results): string {
  return [
    markdownTable(HEAD, results.rows.map(cellsOf)),
    '',
    ...notes(results).map((note) => `- ${note}`),
  ].join('\n');
}
