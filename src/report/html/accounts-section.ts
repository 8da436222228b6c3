import type { KeyCounts } from '../../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import type { AccountColumns } from './account-columns.ts';
import { endingOf, isCovered } from './coverage.ts';
import { markup, type Html } from './html.ts';
import { swatch } from './marks.ts';
import { table, type Column } from './table.ts';

/** The whole list: what did not end well first. */
export function accountsSection(
  { accounts, started }: StoredRun,
  columns: AccountColumns,
  rest: string,
): Html {
  const rows = [...accounts.values()].sort((a, b) => Number(isCovered(a)) - Number(isCovered(b)));
  const counted: (keyof KeyCounts)[] =
    started.mode === 'undo' ? ['reactivated', 'failed'] : ['seen', 'due', 'deactivated', 'deleted', 'failed'];
  return markup`<section aria-labelledby="accounts">
    <h2 id="accounts">Every account</h2>
    ${table({
      caption: 'Every account that was listed',
      columns: [
        ...columns<StoredAccount>(),
        {
          head: 'outcome',
          cell: (account) => markup`${rows.length <= 300 && swatch(endingOf(account))} ${endingOf(account)}`,
          sortBy: endingOf,
        },
        ...counted.map((name): Column<StoredAccount> => ({
          head: name,
          kind: 'number',
          cell: ({ finished }) => finished?.keys[name] ?? '',
        })),
        { head: 'why', kind: 'long', cell: ({ finished }) => finished?.reason ?? '' },
      ],
      rows,
      rest,
    })}
  </section>`;
}
