import { decides, type KeyCounts } from '../../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import { isCovered, outcomeOf } from '../not-covered.ts';
import { OUTCOME_REASON, type AccountTable } from './account-table.ts';
import { markup, type Html } from './html.ts';
import { swatch } from './marks.ts';
import type { Column } from './table.ts';

/** Every account; those not covered come first. */
export function accountsSection({ accounts, started }: StoredRun, table: AccountTable): Html {
  const rows = [...accounts.values()].sort((a, b) => Number(isCovered(a)) - Number(isCovered(b)));
  const counts: (keyof KeyCounts)[] = decides(started.mode)
    ? ['seen', 'due', 'deactivated', 'deleted', 'failed']
    : started.mode === 'inventory'
      ? ['seen']
      : ['reactivated', 'failed'];
  return markup`<section aria-labelledby="accounts">
    <h2 id="accounts">Every account</h2>
    ${table({
      caption: 'All listed accounts',
      columns: [
        {
          head: 'outcome',
          cell: (account) =>
            markup`${rows.length <= 300 && swatch(outcomeOf(account))} ${outcomeOf(account)}`,
          sortBy: outcomeOf,
        },
        ...counts.map((name): Column<StoredAccount> => ({
          head: name,
          kind: 'number',
          cell: ({ finished }) => finished?.keys[name],
        })),
        OUTCOME_REASON,
      ],
      rows,
    })}
  </section>`;
}
