import { group, max, sum } from 'd3-array';

import type { KeyDecision } from '../../rules/decision.ts';
import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import { isCovered } from '../not-covered.ts';
import { ageInDays } from '../words.ts';
import { markup, type Value } from './html.ts';
import { numbers, table, type Column } from './table.ts';

const TOP_USERS = 20;

/** Accounts and keys by OU and by the tag of report.groupBy, and the users with the most keys. */
export function totalsSection(run: StoredRun, units: ReadonlyMap<string, string> | undefined): Value {
  const tags = run.groups && new Map(Object.entries(run.groups));
  const users = usersOf(run);
  if (!units && !tags && users.length === 0) return undefined;
  return markup`<section aria-labelledby="totals">
    <h2 id="totals">Where are the keys?</h2>
    ${units && totalsBy('OU', run, units, 'OU unknown')}
    ${tags && totalsBy('account tag', run, tags, 'no tag, or tags not read')}
    ${table({ caption: 'Users with the most keys', columns: USERS, rows: users, rest: '' })}
  </section>`;
}

interface Total {
  readonly name: string;
  readonly accounts: readonly StoredAccount[];
}

function totalsBy(
  head: string,
  { accounts, started }: StoredRun,
  names: ReadonlyMap<string, string>,
  unknown: string,
): Value {
  const groups = group(accounts.values(), ({ account }) => names.get(account.id) || unknown);
  const oldest = (total: Total): number | undefined =>
    max(total.accounts, ({ plan }) =>
      max(plan?.decisions ?? [], (key) =>
        key.status === 'Active' ? ageInDays(key.createDate, started.at) : undefined,
      ),
    );
  return table<Total>({
    caption: `Totals by ${head}`,
    columns: [
      { head, cell: ({ name }) => name },
      numbers('accounts', (total) => total.accounts.length),
      numbers('not covered', (total) => total.accounts.filter((own) => !isCovered(own)).length),
      ...(['seen', 'kept', 'due', 'deactivated', 'deleted'] as const).map((name) =>
        numbers<Total>(name, (total) => sum(total.accounts, ({ finished }) => finished?.keys[name] ?? 0)),
      ),
      numbers('oldest active', oldest, ' d'),
    ],
    rows: [...groups].map(([name, own]) => ({ name, accounts: own })),
    rest: '',
  });
}

interface User {
  readonly name: string;
  readonly accounts: number;
  readonly keys: readonly KeyDecision[];
  readonly oldest: number;
}

const USERS: readonly Column<User>[] = [
  { head: 'user', cell: ({ name }) => name },
  numbers('accounts', ({ accounts }) => accounts),
  numbers('keys', ({ keys }) => keys.length),
  numbers('due', ({ keys }) => keys.filter(({ action }) => action !== 'keep').length),
  numbers('oldest', ({ oldest }) => oldest, ' d'),
];

/** A name is taken for one person in all accounts. IAM ignores its case. */
function usersOf({ accounts, started }: StoredRun): User[] {
  const keys = [...accounts.values()].flatMap(({ account, plan }) =>
    (plan?.decisions ?? []).map((decision) => ({ accountId: account.id, decision })),
  );
  return [...group(keys, ({ decision }) => decision.userName.toLowerCase()).values()]
    .map((own) => ({
      name: own[0]?.decision.userName ?? '',
      accounts: new Set(own.map(({ accountId }) => accountId)).size,
      keys: own.map(({ decision }) => decision),
      oldest: max(own, ({ decision }) => ageInDays(decision.createDate, started.at)) ?? 0,
    }))
    .sort((a, b) => b.keys.length - a.keys.length || b.oldest - a.oldest)
    .slice(0, TOP_USERS);
}
