import { MACHINE_SIGNS } from '../explain.ts';
import type { MachineUserLines } from '../key-lines.ts';
import { plural } from '../words.ts';
import { USER, type AccountTable } from './account-table.ts';
import { markup, type Value } from './html.ts';

export function machineUsers({ rows }: MachineUserLines, table: AccountTable): Value {
  if (rows.total === 0) return undefined;
  return markup`<h3>Check these users first</h3>
    <p>${plural(rows.total, 'user')} with due keys may be machines, or could not create a new key:
      what uses these keys will stop working.</p>
    ${table({
      caption: 'Possible machine users',
      columns: [
        USER,
        { head: 'due keys', kind: 'number', cell: ({ dueKeys }) => dueKeys },
        { head: 'armed', cell: ({ armed }) => (armed ? 'yes' : 'no') },
        { head: 'sign', kind: 'long', cell: ({ sign }) => MACHINE_SIGNS[sign] },
      ],
      rows,
    })}`;
}
