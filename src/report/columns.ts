import stringWidth from 'string-width';

import { printable } from './printable.ts';

/** Rows as aligned columns, without lines, indented by two. Empty for no rows. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = [head, ...rows.map((row) => row.map(printable))];
  const widths = head.map((_, column) =>
    lines.reduce((most, line) => Math.max(most, stringWidth(line[column] ?? '')), 0),
  );
  return lines
    .map((line) => `  ${line.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

/** Names may hold characters that take two columns or none. */
function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)));
}
