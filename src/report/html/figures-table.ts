import { markup, type Html, type Value } from './html.ts';

/** What a chart shows, as a table for those who do not see it or want the figures. */
export function figuresTable(head: readonly string[], rows: readonly (readonly Value[])[]): Html {
  return markup`<details class="figures">
    <summary>The figures</summary>
    <table>
      <thead>
        <tr>
          ${head.map((text, column) => markup`<th scope="col" class="${column > 0 ? 'number' : ''}">${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            markup`<tr>
              ${row.map((cell, column) => markup`<td class="${column > 0 ? 'number' : ''}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}
