import { group, max, sum } from 'd3-array';

import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import type { Collector } from '../collect.ts';
import { isCovered } from '../not-covered.ts';
import { ageInDays } from '../words.ts';
import { markup, type Value } from './html.ts';
import { numbers, table, type Column } from './table.ts';

const TOP_USERS = 20;

/** Accounts and keys by OU and by the tag of report.groupBy, and the users with the most keys. */
export function totalsSection(
  run: StoredRun,
  { users: allUsers, oldest }: KeyTotals,
  units: ReadonlyMap<string, string> | undefined,
): Value {
  const tags = run.groups && new Map(Object.entries(run.groups));
  const users = [...allUsers.values()]
    .sort((a, b) => b.keys - a.keys || b.oldest - a.oldest)
    .slice(0, TOP_USERS);
  if (!units && !tags && users.length === 0) return undefined;
  return markup`<section aria-labelledby="totals">
    <h2 id="totals">Where are the keys?</h2>
    ${units && totalsBy('OU', run, oldest, units, 'OU unknown')}
    ${tags && totalsBy('account tag', run, oldest, tags, 'no tag, or tags not read')}
    ${table({ caption: 'Users with the most keys', columns: USERS, rows: users, rest: '' })}
  </section>`;
}

interface Total {
  readonly name: string;
  readonly accounts: readonly StoredAccount[];
}

function totalsBy(
  head: string,
  { accounts }: StoredRun,
  oldest: KeyTotals['oldest'],
  names: ReadonlyMap<string, string>,
  unknown: string,
): Value {
  const groups = group(accounts.values(), ({ account }) => names.get(account.id) || unknown);
  return table<Total>({
    caption: `Totals by ${head}`,
    columns: [
      { head, cell: ({ name }) => name },
      numbers('accounts', (total) => total.accounts.length),
      numbers('not covered', (total) => total.accounts.filter((own) => !isCovered(own)).length),
      ...(['seen', 'kept', 'due', 'deactivated', 'deleted'] as const).map((name) =>
        numbers<Total>(name, (total) => sum(total.accounts, ({ finished }) => finished?.keys[name] ?? 0)),
      ),
      numbers('oldest active', (total) => max(total.accounts, (own) => oldest.get(own.account.id)), ' d'),
    ],
    rows: [...groups].map(([name, own]) => ({ name, accounts: own })),
    rest: '',
  });
}

interface User {
  readonly name: string;
  accounts: number;
  /** The ID of the last one: they come one after the other. */
  lastAccount: string;
  keys: number;
  due: number;
  oldest: number;
}

const USERS: readonly Column<User>[] = [
  { head: 'user', cell: ({ name }) => name },
  numbers('accounts', ({ accounts }) => accounts),
  numbers('keys', ({ keys }) => keys),
  numbers('due', ({ due }) => due),
  numbers('oldest', ({ oldest }) => oldest, ' d'),
];

export class KeyTotals implements Collector {
  /** A name is taken for one person in all accounts. IAM ignores its case. */
  readonly users = new Map<string, User>();
  /** The age in days of the oldest active key, by account ID. */
  readonly oldest = new Map<string, number>();

  add({ account: { id }, plan }: StoredAccount, { started }: StoredRun): void {
    for (const { userName, createDate, status, action } of plan?.decisions ?? []) {
      const age = ageInDays(createDate, started.at);
      const user = this.#userOf(userName);
      if (user.lastAccount !== id) user.accounts += 1;
      user.lastAccount = id;
      user.keys += 1;
      if (action !== 'keep') user.due += 1;
      user.oldest = Math.max(user.oldest, age);
      if (status === 'Active') this.oldest.set(id, Math.max(this.oldest.get(id) ?? -Infinity, age));
    }
  }

  #userOf(name: string): User {
    const known = this.users.get(name.toLowerCase());
    if (known) return known;
    const user = { name, accounts: 0, lastAccount: '', keys: 0, due: 0, oldest: -Infinity };
    this.users.set(name.toLowerCase(), user);
    return user;
  }
}
