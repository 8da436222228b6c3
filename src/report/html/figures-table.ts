import { markup, type Html, type Value } from './html.ts';

/** The figures of a chart, for readers who do not see it. */
export function figuresTable(head: readonly string[], rows: readonly (readonly Value[])[]): Html {
  return markup`<details class="figures">
    <summary>Figures</summary>
    <table>
      <thead>
        <tr>
          ${head.map((text, column) => markup`<th scope="col" ${numberFrom(column)}>${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            markup`<tr>
              ${row.map((cell, column) => markup`<td ${numberFrom(column)}>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

/** Every column but the first holds numbers. */
function numberFrom(column: number): Value {
  return column > 0 && markup`class="number"`;
}
