import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

import { printable } from './printable.ts';

interface TableOptions {
  /** Columns of the terminal; infinite for a pipe, whose reader gets every cell in one line. */
  readonly width: number;
  /** Colours the lines of a row, counted from 0. */
  readonly paint?: (line: string, row: number) => string;
}

const INDENT = '  ';
const GAP = '  ';

/** Heads of columns that a reader can do without: the narrowest goes first when a table is too wide. */
const DISPENSABLE: ReadonlySet<string> = new Set(['age', 'caller', 'duration', 'name', 'OU ID', 'state']);

/** Of cells that read badly in two lines. */
const WHOLE: ReadonlySet<string> = new Set(['age', 'outcome', 'action', 'OU']);

/**
 * Rows as aligned columns, without lines, indented by two. On a narrow terminal, columns that it can do
 * without are dropped and the others wrapped, never within a word. Empty for no rows.
 */
export function columns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width, paint = (line) => line }: TableOptions,
): string {
  if (rows.length === 0) return '';
  const cells = [head, ...rows.map((row) => row.map(printable))];
  const all = head.map((title, at) => column(title, at, cells));
  const shown = wrapped(dropped(all, width), width);
  return cells
    .flatMap((line, row) => linesOf(line, shown).map((text) => (row === 0 ? text : paint(text, row - 1))))
    .join('\n');
}

interface Column {
  readonly title: string;
  /** Its place in each row. */
  readonly at: number;
  readonly width: number;
  /** Of its longest word. */
  readonly least: number;
}

function column(title: string, at: number, lines: readonly (readonly string[])[]): Column {
  let [width, least] = [0, 0];
  for (const line of lines) {
    const cell = line[at] ?? '';
    width = Math.max(width, stringWidth(cell));
    // Only what is wider than the widest word so far can hold a wider one.
    if (stringWidth(cell) > least)
      least = Math.max(least, ...cell.split(' ').map((word) => stringWidth(word)));
  }
  return { title, at, width, least: WHOLE.has(title) ? width : least };
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, INDENT.length + GAP.length * (widths.length - 1));
}

function dropped(all: readonly Column[], width: number): readonly Column[] {
  if (total(all.map(({ least }) => least)) <= width) return all;
  const [narrowest] = all.filter(({ title }) => DISPENSABLE.has(title)).toSorted((a, b) => a.width - b.width);
  return narrowest
    ? dropped(
        all.filter((one) => one !== narrowest),
        width,
      )
    : all;
}

/** The column that loses least by it is the one with the most room above its longest word. */
function wrapped(all: readonly Column[], width: number): readonly Column[] {
  let excess = total(all.map((one) => one.width)) - width;
  let shown = all;
  while (excess > 0) {
    const widest = shown.reduce((a, b) => (b.width - b.least > a.width - a.least ? b : a));
    if (widest.width === widest.least) break;
    shown = shown.map((one) => (one === widest ? { ...one, width: one.width - 1 } : one));
    excess -= 1;
  }
  return shown;
}

function linesOf(cells: readonly string[], shown: readonly Column[]): string[] {
  const texts = shown.map(({ at, width }) => wrapText(cells[at] ?? '', width).split('\n'));
  const height = Math.max(...texts.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const parts = shown.map(({ width }, at) => pad(texts[at]?.[line] ?? '', width));
    return `${INDENT}${parts.join(GAP)}`.trimEnd();
  });
}

/** Never within a word: an ID that is cut cannot be copied. */
function wrapText(text: string, width: number): string {
  return stringWidth(text) <= width ? text : wrapAnsi(text, width, { hard: false });
}

/** One line of prose, wrapped to the terminal. */
export function indented(line: string, indent: string, { width }: TableOptions): string {
  return wrapText(line, width - indent.length).replace(/^/gm, indent);
}

/** Names may hold characters that take two columns or none. */
function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)));
}
