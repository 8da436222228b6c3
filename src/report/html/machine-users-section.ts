import type { StoredRun } from '../../ledger/stored-run.ts';
import { MACHINE_SIGNS } from '../explain.ts';
import { machineUserLines } from '../key-lines.ts';
import { plural } from '../words.ts';
import { USER, type AccountTable } from './account-table.ts';
import { markup, type Value } from './html.ts';

export function machineUsers(run: StoredRun, table: AccountTable): Value {
  const rows = machineUserLines(run);
  if (rows.length === 0) return undefined;
  return markup`<h3>Check these users first</h3>
    <p>${plural(rows.length, 'user')} with due keys may be machines, or could not create a new key:
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
