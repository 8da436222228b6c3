import { columns } from '../../src/report/columns.ts';
import { PLAIN } from '../../src/report/style.ts';
import { mebibytes, whole } from '../names.ts';
import { markdownTable } from '../table.ts';
import type { PeerRun } from './measure.ts';
import {
  callsOf,
  medianOf,
  peerGoals,
  rowsOf,
  seconds,
  timesKeysweep,
  type PeerResults,
  type PeerRow,
  type TroubleRun,
} from './results.ts';

const HEAD = [
  ...['what', 'wall, median (least–most)', '÷ keysweep', 'calls', 'CPU', 'peak memory'],
  ...['due keys revoked', 'due keys missed', 'other keys touched', 'exit code'],
];

const TROUBLE_HEAD = [
  ...['trouble', 'what', 'wall', 'exit code', 'says which account', 'due keys missed there'],
  ...['due keys missed elsewhere', 'other keys touched'],
];

/** With the columns that need no explanation. */
const SHORT = ['what', '÷ keysweep', 'calls', 'CPU', 'peak memory', 'due keys missed', 'other keys touched'];

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

function range(values: readonly number[], told: (value: number) => string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(told);
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

export function textTables(results: PeerResults): string {
  const rows = rowsOf(results);
  return [
    columns(
      HEAD,
      rows.map((row) => cellsOf(row, rows)),
      PLAIN,
    ),
    columns(TROUBLE_HEAD, results.troubles.map(troubleCells), PLAIN),
    ...peerNotes(results),
  ].join('\n');
}

export function peersMarkdown(results: PeerResults): string {
  const rows = rowsOf(results);
  return [
    markdownTable(
      HEAD,
      rows.map((row) => cellsOf(row, rows)),
    ),
    '',
    markdownTable(TROUBLE_HEAD, results.troubles.map(troubleCells)),
    '',
    ...peerNotes(results).map((note) => `- ${note}`),
  ].join('\n');
}

/** For the README. */
export function peersInShort(results: PeerResults): string {
  const { accounts, users, latency } = results.setting;
  return [
    `On the same sandbox, ${accounts} accounts with ${users} users each and ${latency} ms an answer, ` +
      'beside what else one could use:',
    '',
    shortPeersTable(results),
    '',
    '[How that was measured](docs/scale.md#beside-others), and what each does when a role is missing or ' +
      'AWS keeps throttling.',
  ].join('\n');
}

function shortPeersTable(results: PeerResults): string {
  const rows = rowsOf(results);
  const shown = HEAD.map((name) => SHORT.includes(name));
  const short = (cells: readonly string[]): string[] => cells.filter((_, column) => shown[column]);
  return markdownTable(
    short(HEAD),
    rows.map((row) => short(cellsOf(row, rows))),
  );
}

export function peerNotes(results: PeerResults): string[] {
  return [
    Object.entries(results.conditions)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; '),
    ...peerGoals(results),
    ...rowsOf(results).flatMap(waited),
    ...results.skipped.map((what) => `left out: ${what}`),
  ];
}

/** Where the sandbox was the narrowest place, a faster contender would not have been seen. */
function waited(row: PeerRow): string[] {
  const share = medianOf(row, (run) => run.sandboxSeconds / run.seconds);
  return share > 0.85
    ? [`${row.name} waited for the sandbox, which worked ${Math.round(share * 100)} % of the time`]
    : [];
}
