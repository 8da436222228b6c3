import { rollups } from 'd3-array';

import type { StoredRun } from '../../ledger/stored-run.ts';
import { noticeLines } from '../notice-lines.ts';
import type { AccountColumns } from './account-columns.ts';
import { upcomingOf, type EndingOptOut, type KeyInTime } from './upcoming.ts';
import { keysIn, list } from './result-section.ts';
import { markup, type Html, type Value } from './html.ts';
import { table, type Column } from './table.ts';
import { day, fromNow } from './words.ts';

/** Opt-outs and holds that end, keys that later sweeps delete, accounts that only wait to be armed. */
export function upcomingSection(run: StoredRun, columns: AccountColumns, rest: string): Html {
  const { optOuts, holds, deletions, unarmed } = upcomingOf(run);
  const startedAt = new Date(run.started.at);
  const nothing = optOuts.length + holds.length + deletions.length + unarmed.length === 0;
  const warnings = run.summary?.warnings ?? [];
  const due = unarmed.reduce((all, account) => all + account.due, 0);
  return markup`<section aria-labelledby="comes">
    <h2 id="comes">What is coming?</h2>
    ${list('Warnings', warnings)}
    ${list('Notices sent', noticeLines(run.notices))}
    ${nothing && warnings.length === 0 && markup`<p>Nothing that the ledger of this run knows of.</p>`}
    ${run.started.mode === 'undo' && markup`<p>The keys that this run activated again are held: sweeps leave them alone until the hold ends, and <code>keysweep holds</code> tells when.</p>`}
    ${deletions.length > 0 && markup`<h3>Keys that sweeps will delete</h3><p>Inactive, and nothing brings a deleted key back. Whoever still needs one has it activated before: <code>keysweep undo</code>.</p><ul>${deletionDays(deletions, startedAt)}</ul>`}
    ${table({ caption: 'Keys that sweeps will delete', columns: keyColumns(columns, 'deleted from', startedAt), rows: deletions, rest })}
    ${table({ caption: 'Opt-outs that end', columns: optOutColumns(columns, startedAt), rows: optOuts, rest })}
    ${table({ caption: 'Holds that end', columns: keyColumns(columns, 'held until', startedAt), rows: holds, rest })}
    ${unarmed.length > 0 && markup`<p>${keysIn(due, unarmed.length)} due and left alone, because ${unarmed.length === 1 ? 'the account is' : 'the accounts are'} not armed. <code>"armed": true</code> in an override of accounts.json arms an account.</p>`}
    ${table({
      caption: 'Accounts that are not armed and have keys that are due',
      columns: [
        ...columns<(typeof unarmed)[number]>(),
        { head: 'keys due', kind: 'number', cell: (row) => row.due },
      ],
      rows: unarmed,
      rest,
    })}
  </section>`;
}

function deletionDays(keys: readonly KeyInTime[], startedAt: Date): Value[] {
  const days = rollups(
    keys,
    (own) => ({
      at: own[0]?.at ?? startedAt,
      keys: own.length,
      accounts: new Set(own.map(({ account }) => account.id)).size,
    }),
    ({ at }) => day(at),
  );
  return days.map(
    ([name, own]) =>
      markup`<li>from <b>${name}</b> (${fromNow(own.at, startedAt)}): ${keysIn(own.keys, own.accounts)}</li>`,
  );
}

function keyColumns(columns: AccountColumns, head: string, startedAt: Date): Column<KeyInTime>[] {
  return [
    ...columns<KeyInTime>(),
    { head: 'user', cell: ({ userName }) => userName },
    { head: 'key', kind: 'id', cell: ({ accessKeyId }) => accessKeyId },
    { head, cell: ({ at }) => `${day(at)}, ${fromNow(at, startedAt)}`, sortBy: ({ at }) => at.getTime() },
  ];
}

function optOutColumns(columns: AccountColumns, startedAt: Date): Column<EndingOptOut>[] {
  return [
    ...columns<EndingOptOut>(),
    { head: 'owner', kind: 'long', cell: ({ owner }) => owner },
    { head: 'reason', kind: 'long', cell: ({ reason }) => reason },
    {
      head: 'last day',
      cell: ({ until }) => `${day(until)}, ${fromNow(until, startedAt)}`,
      sortBy: ({ until }) => until.getTime(),
    },
  ];
}
