/**
 * Runs in the browser: sorts a table by a click on its head, and opens closed parts for the printer.
 * Without it the page reads the same.
 */
export const SCRIPT = `'use strict';
const { compare } = new Intl.Collator('en', { numeric: true });
const textOf = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.sort ?? cell.textContent.trim();
};
const sort = (table, column, heads) => {
  const up = heads[column].getAttribute('aria-sort') !== 'ascending';
  for (const head of heads) head.removeAttribute('aria-sort');
  heads[column].setAttribute('aria-sort', up ? 'ascending' : 'descending');
  const [body] = table.tBodies;
  const rows = [...body.rows].map((row) => ({ row, text: textOf(row, column) }));
  rows.sort((a, b) => (up ? 1 : -1) * compare(a.text, b.text));
  body.append(...rows.map(({ row }) => row));
};
for (const table of document.querySelectorAll('.scroll > table')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    button.addEventListener('click', () => sort(table, column, heads));
    head.append(button);
  });
}
addEventListener('beforeprint', () => {
  for (const part of document.querySelectorAll('details:not([open])')) {
    part.open = true;
    part.dataset.closed = '';
  }
});
addEventListener('afterprint', () => {
  for (const part of document.querySelectorAll('details[data-closed]')) {
    part.open = false;
    delete part.dataset.closed;
  }
});
`;
