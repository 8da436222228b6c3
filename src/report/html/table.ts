import { plural } from '../words.ts';
import { markup, type Html, type Value } from './html.ts';
import { count } from './words.ts';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Value;
  /** By which rows are sorted where it is not the text of the cell: a time, a number. */
  readonly sortBy?: (row: Row) => number | string;
  /** Numbers stand at the right, long texts may break anywhere, ids are in a fixed width. */
  readonly kind?: 'number' | 'long' | 'id';
}

export interface Table<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Where the rows are that the page leaves out. */
  readonly rest: string;
  /** true: it stands closed even when it is short, for it is seldom what somebody looks for. */
  readonly closed?: boolean;
}

/** Rows of one table that a browser still opens at once; the rest is counted and stands in the CSV. */
export const MOST_ROWS = 1000;

/** Rows up to which a table stands open. */
const OPEN_ROWS = 30;

/** A table behind its caption and number of rows; open when it is short. Nothing for no rows. */
export function table<Row>({ caption, columns, rows, rest, closed = false }: Table<Row>): Value {
  if (rows.length === 0) return undefined;
  const shown = rows.slice(0, MOST_ROWS);
  const left = rows.length - shown.length;
  return markup`<details ${!closed && rows.length <= OPEN_ROWS && markup`open`}>
    <summary>${caption} <span class="many">${count(rows.length)}</span></summary>
    <div class="scroll" role="region" aria-label="${caption}" tabindex="0">
      <table>
        <thead>
          <tr>
            ${columns.map(({ head, kind }) => markup`<th scope="col" ${kind && markup`class="${kind}"`}>${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map((row) => tableRow(row, columns))}
        </tbody>
      </table>
    </div>
    ${left > 0 && markup`<p class="rest">… and ${plural(left, 'row')} more: ${rest}</p>`}
  </details>`;
}

/** In one line: ten thousand of these are in a page. */
function tableRow<Row>(row: Row, columns: readonly Column<Row>[]): Html {
  const cells = columns.map(
    ({ cell, kind, sortBy }) =>
      markup`<td${kind && markup` class="${kind}"`}${sortBy && markup` data-sort="${sortBy(row)}"`}>${cell(row)}</td>`,
  );
  return markup`<tr>${cells}</tr>`;
}
