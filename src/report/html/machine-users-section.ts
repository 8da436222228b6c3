import type { StoredRun } from '../../ledger/stored-run.ts';
import { MACHINE_SIGNS, machineUserLines } from '../key-lines.ts';
import { plural } from '../words.ts';
import type { AccountColumns } from './account-columns.ts';
import { markup, type Value } from './html.ts';
import { table } from './table.ts';

/** Users whose keys are due and who may be machines, or could not come back: a person makes a new key, a machine stops. */
export function machineUsers(run: StoredRun, columns: AccountColumns, rest: string): Value {
  const rows = machineUserLines(run).flatMap((line) => {
    const account = run.accounts.get(line.accountId)?.account;
    return account ? [{ ...line, account }] : [];
  });
  if (rows.length === 0) return undefined;
  return markup`<h3>Look at these first</h3>
    <p>${plural(rows.length, 'user')} with keys that are due may be no person, or could not make a new key: whatever uses those keys stops.</p>
    ${table({
      caption: 'Users who may be machines',
      columns: [
        ...columns<(typeof rows)[number]>(),
        { head: 'user', cell: ({ userName }) => userName },
        { head: 'keys due', kind: 'number', cell: ({ dueKeys }) => dueKeys },
        { head: 'armed', cell: ({ armed }) => (armed ? 'yes' : 'no') },
        { head: 'why', kind: 'long', cell: ({ sign }) => MACHINE_SIGNS[sign] },
      ],
      rows,
      rest,
    })}`;
}
