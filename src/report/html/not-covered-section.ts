import { group, rollup } from 'd3-array';

import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import { isOk } from '../../ledger/outcomes.ts';
import type { UnreadUser } from '../../ledger/record.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import { ACCOUNT_ADVICE } from '../../aws/advice.ts';
import { failureText } from '../../aws/failure.ts';
import { plural } from '../words.ts';
import type { AccountColumns } from './account-columns.ts';
import { endingOf, isCovered } from './coverage.ts';
import { markup, type Html, type Value } from './html.ts';
import { swatch } from './marks.ts';
import { table } from './table.ts';
import { count, ENDINGS, REASONS, type Ending } from './words.ts';

/** What needs a hand, by ending and with its cure; then what was left out on purpose. */
export function notCovered(run: StoredRun, columns: AccountColumns, rest: string): Html {
  const accounts = [...run.accounts.values()];
  const bad = accounts.filter((account) => !isCovered(account));
  const groups = [...group(bad, endingOf)];
  return markup`<section aria-labelledby="left-out">
    <h2 id="left-out">What was not covered, and why?</h2>
    ${bad.length === 0 && markup`<p>${accounts.length > 0 ? 'Nothing: every account that was listed ended well.' : 'No account was listed.'}</p>`}
    ${groups.map(([ending, own]) => badAccounts(ending, own, columns, rest))}
    ${unreadUsers(accounts, columns, rest)}
    ${accounts.length > bad.length && markup`<h3>Left alone on purpose</h3>`}
    ${leftOut(accounts, columns, rest)}
    ${keptKeys(accounts, columns, rest)}
    ${missingGroups(accounts, columns, rest)}
  </section>`;
}

function badAccounts(
  ending: Ending,
  accounts: readonly StoredAccount[],
  columns: AccountColumns,
  rest: string,
): Html {
  return markup`<h3>${swatch(ending)} ${ending}: ${ENDINGS[ending]}</h3>
    <p><b>What to do:</b> ${adviceOn(ending)}</p>
    ${table({
      caption: `Accounts that ended ${ending}`,
      columns: [
        ...columns<StoredAccount>(),
        { head: 'why', kind: 'long', cell: ({ finished }) => finished?.reason ?? '' },
      ],
      rows: accounts,
      rest,
    })}`;
}

function adviceOn(ending: Ending): string {
  if (ending === 'without-end')
    return 'The run was interrupted, or is still under way. Run again: it takes up what is left.';
  return isOk(ending) ? '' : ACCOUNT_ADVICE[ending];
}

function unreadUsers(accounts: readonly StoredAccount[], columns: AccountColumns, rest: string): Value {
  const rows = accounts.flatMap(({ account, plan }) =>
    (plan?.unreadUsers ?? []).map((unread) => ({ account, unread })),
  );
  return (
    rows.length > 0 && [
      markup`<h3>Users who could not be read</h3><p>Too little is known about ${plural(rows.length, 'user')}: none of their keys was written to.</p>`,
      table({
        caption: 'Users who could not be read',
        columns: [
          ...columns<{ account: OrganizationAccount; unread: UnreadUser }>(),
          { head: 'user', cell: ({ unread }) => unread.userName },
          {
            head: 'why',
            kind: 'long',
            cell: ({ unread: { failure } }) => failureText(failure),
          },
        ],
        rows,
        rest,
      }),
    ]
  );
}

const LEFT_OUT = ['opted-out', 'out-of-scope', 'not-active'] as const satisfies readonly Ending[];

function leftOut(accounts: readonly StoredAccount[], columns: AccountColumns, rest: string): Value[] {
  return LEFT_OUT.map((ending) =>
    table({
      caption: `Accounts that are ${ending}`,
      closed: true,
      columns: [
        ...columns<StoredAccount>(),
        { head: 'why', kind: 'long', cell: ({ finished }) => finished?.reason ?? '' },
      ],
      rows: accounts.filter((account) => endingOf(account) === ending),
      rest,
    }),
  );
}

function keptKeys(accounts: readonly StoredAccount[], columns: AccountColumns, rest: string): Value {
  const kept = accounts.flatMap(({ account, plan }) =>
    (plan?.decisions ?? [])
      .filter(({ action }) => action === 'keep')
      .map((decision) => ({ account, decision })),
  );
  if (kept.length === 0) return undefined;
  const reasons = [
    ...rollup(
      kept,
      (own) => own.length,
      ({ decision }) => decision.reason,
    ),
  ].sort((a, b) => b[1] - a[1]);
  return markup`<p>${plural(kept.length, 'key')} kept: ${reasons.map(([reason, many], index) => markup`${index > 0 && ', '}<b>${count(many)}</b> ${reason} <small>(${REASONS[reason]})</small>`)}.</p>
    ${table({
      caption: 'Keys that were kept',
      closed: true,
      columns: [
        ...columns<{ account: OrganizationAccount; decision: KeyDecision }>(),
        { head: 'user', cell: ({ decision }) => decision.userName },
        { head: 'key', kind: 'id', cell: ({ decision }) => decision.accessKeyId },
        { head: 'status', cell: ({ decision }) => decision.status },
        { head: 'why', cell: ({ decision }) => decision.reason },
      ],
      rows: kept,
      rest,
    })}`;
}

function missingGroups(accounts: readonly StoredAccount[], columns: AccountColumns, rest: string): Value {
  return table({
    caption: 'Accounts that lack a configured group',
    closed: true,
    columns: [
      ...columns<StoredAccount>(),
      {
        head: 'groups that are not there',
        kind: 'long',
        cell: ({ plan }) => (plan?.missingGroups ?? []).join(', '),
      },
    ],
    rows: accounts.filter(({ plan }) => (plan?.missingGroups ?? []).length > 0),
    rest,
  });
}
