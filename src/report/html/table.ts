import { FirstRows } from '../collect.ts';
import { plural } from '../words.ts';
import { count } from './format.ts';
import { markup, type Html, type Value } from './html.ts';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Value;
  /** What to sort by instead of the text of the cell. */
  readonly sortBy?: (row: Row) => number | string;
  /** Numbers are right-aligned, long texts may break anywhere, IDs have a fixed width. */
  readonly kind?: 'number' | 'long' | 'id';
}

/** Right-aligned, and sorted as numbers. Undefined: unknown. */
export function numbers<Row>(
  head: string,
  value: (row: Row) => number | undefined,
  unit: '' | ' d' = '',
): Column<Row> {
  const cell = (row: Row): Value => {
    const known = value(row);
    return known !== undefined && `${count(known)}${unit}`;
  };
  return { head, kind: 'number', cell, sortBy: (row) => value(row) ?? -1 };
}

export interface Table<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[] | FirstRows<Row>;
  /** Where to find the rows that the page omits. */
  readonly rest: string;
  /** true: closed even if short, because few readers need it. */
  readonly closed?: boolean;
}

/** A browser opens this many rows quickly; the page counts the others, and the CSV has them. */
export const MOST_ROWS = 1000;

/** A longer table is closed. */
const OPEN_ROWS = 30;

export function table<Row>({ caption, columns, rows, rest, closed = false }: Table<Row>): Value {
  const [total, shown] =
    rows instanceof FirstRows ? [rows.total, rows.shown] : [rows.length, rows.slice(0, MOST_ROWS)];
  if (total === 0) return undefined;
  const left = total - shown.length;
  return markup`<details ${!closed && total <= OPEN_ROWS && markup`open`}>
    <summary>${caption} <span class="many">${count(total)}</span></summary>
    <div class="scroll" role="region" aria-label="${caption}" tabindex="0">
      <table>
        <thead>
          <tr>
            ${columns.map(
              ({ head, kind }) => markup`<th scope="col" ${kind && markup`class="${kind}"`}>${head}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${shown.map((row) => tableRow(row, columns))}
        </tbody>
      </table>
    </div>
    ${left > 0 && markup`<p class="rest">… and ${plural(left, 'more row')}: ${rest}</p>`}
  </details>`;
}

/** On one line: a page can have ten thousand of them. */
function tableRow<Row>(row: Row, columns: readonly Column<Row>[]): Html {
  const cells = columns.map(
    ({ cell, kind, sortBy }) =>
      markup`<td${kind && markup` class="${kind}"`}${
        sortBy && markup` data-sort="${sortBy(row)}"`
      }>${cell(row)}</td>`,
  );
  return markup`<tr>${cells}</tr>`;
}
