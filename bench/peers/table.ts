import { mebibytes, whole } from '../names.ts';
import type { PeerRun } from './measure.ts';
import {
  callsOf,
  medianOf,
  rowsOf,
  seconds,
  timesKeysweep,
  type PeerResults,
  type PeerRow,
  type TroubleRun,
} from './results.ts';

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const HEAD = [
  ...['what', 'wall, median (least–most)', 'wall ÷ keysweep', 'calls', 'CPU', 'peak memory'],
  ...['due keys revoked', 'due keys missed', 'other keys touched', 'exit code'],
];

const TROUBLE_HEAD = [
  ...['trouble', 'what', 'wall', 'exit code', 'says which account', 'due keys missed there'],
  ...['due keys missed elsewhere', 'other keys touched'],
];

/** With the columns that need no explanation. */
const SHORT = [
  'what',
  'wall ÷ keysweep',
  'calls',
  'CPU',
  'peak memory',
  'due keys missed',
  'other keys touched',
];

function cellsOf(row: PeerRow, rows: readonly PeerRow[]): string[] {
  return [
    row.name,
    `${medianOf(row, seconds).toFixed(1)} s (${range(row.runs.map(seconds), (value) => value.toFixed(1))})`,
    timesKeysweep(row, rows).toFixed(2),
    whole(Math.round(medianOf(row, callsOf))),
    `${medianOf(row, ({ cpuSeconds }) => cpuSeconds).toFixed(1)} s`,
    mebibytes(medianOf(row, ({ peakBytes }) => peakBytes)),
    counts(row, ({ work, left }) => work.due - left.due),
    counts(row, ({ left }) => left.due),
    counts(row, ({ left }) => left.othersTouched),
    [...new Set(row.runs.map(exitCode))].join(', '),
  ];
}

function range(values: readonly number[], format: (value: number) => string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(format);
  return least === most ? `${least}` : `${least}–${most}`;
}

function counts({ runs }: PeerRow, count: (run: PeerRun) => number): string {
  return range(runs.map(count), whole);
}

function exitCode({ exitCode: code }: PeerRun): string {
  return code === null ? 'stopped' : String(code);
}

function troubleCells(run: TroubleRun): string[] {
  const { trouble, name, troubled, left, saysSo } = run;
  const there = troubled?.left ?? 0;
  return [
    ...[trouble, name, `${run.seconds.toFixed(1)} s`, exitCode(run), saysSo === true ? 'yes' : 'no'],
    `${there} of ${troubled?.due ?? 0}`,
    whole(left.due - there),
    whole(left.othersTouched),
  ];
}

export function plainTable(results: Pick<PeerResults, 'runs'>): Table {
  const rows = rowsOf(results);
  return { head: HEAD, rows: rows.map((row) => cellsOf(row, rows)) };
}

export function shortTable(results: Pick<PeerResults, 'runs'>): Table {
  const shown = HEAD.map((name) => SHORT.includes(name));
  const short = (cells: readonly string[]): string[] => cells.filter((_, column) => shown[column]);
  return { head: short(HEAD), rows: plainTable(results).rows.map(short) };
}

export function troubleTable({ troubles }: Pick<PeerResults, 'troubles'>): Table {
  return { head: TROUBLE_HEAD, rows: troubles.map(troubleCells) };
}
