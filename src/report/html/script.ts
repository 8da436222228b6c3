/**
 * Runs in the browser: sorts a table by a click on its head, filters all tables by a text, and opens closed
 * parts for the printer.
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
const tables = [...document.querySelectorAll('.scroll > table')];
if (tables.length > 0) {
  const box = document.createElement('input');
  const label = document.createElement('label');
  const found = document.createElement('output');
  box.type = 'search';
  box.placeholder = 'user, key, account …';
  label.append('Filter the tables ', box, ' ', found);
  document.querySelector('nav').append(label);
  box.addEventListener('input', () => {
    const text = box.value.trim().toLowerCase();
    let rows = 0;
    for (const table of tables) {
      let own = 0;
      for (const row of table.tBodies[0].rows) {
        row.hidden = !row.textContent.toLowerCase().includes(text);
        own += row.hidden ? 0 : 1;
      }
      const part = table.closest('details');
      part.dataset.wasOpen ??= String(part.open);
      part.open = text === '' ? part.dataset.wasOpen === 'true' : true;
      part.hidden = own === 0;
      rows += own;
    }
    found.textContent = text === '' ? '' : rows + (rows === 1 ? ' row' : ' rows');
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
