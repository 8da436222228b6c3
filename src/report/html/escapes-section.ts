import type { StoredRun } from '../../ledger/stored-run.ts';
import { plural } from '../words.ts';
import { KEY, USER, type AccountTable } from './account-table.ts';
import { markup, type Value } from './html.ts';

export function escapedKeys(run: StoredRun, table: AccountTable): Value {
  const rows = [...run.accounts.values()].flatMap(({ account, plan }) =>
    (plan?.escaped ?? []).map((escape) => ({ account, ...escape })),
  );
  if (rows.length === 0) return undefined;
  return markup`<h3>Keys that escaped</h3>
    <p>The last sweep governed ${plural(rows.length, 'key')} that no sweep revokes any more, though they live.
      Unless accounts.json says so, ask their owners.</p>
    ${table({
      caption: 'Keys that escaped',
      columns: [USER, KEY, { head: 'how', cell: ({ how }) => how }],
      rows,
    })}`;
}
