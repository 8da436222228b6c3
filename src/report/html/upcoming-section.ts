import { rollups } from 'd3-array';

import type { StoredRun } from '../../ledger/stored-run.ts';
import { noticeLines } from '../notice-lines.ts';
import { KEY, USER, type AccountTable } from './account-table.ts';
import { day, fromNow } from './format.ts';
import { markup, type Html, type Value } from './html.ts';
import { keysIn, list } from './result-section.ts';
import { endingExemptions, EXEMPTIONS } from './settings-section.ts';
import { table as exemptionsTable, type Column } from './table.ts';
import { upcomingOf, type DatedKey } from './upcoming.ts';

/** Opt-outs and holds that end, keys that later sweeps delete, accounts that are not armed yet. */
export function upcomingSection(run: StoredRun, table: AccountTable): Html {
  const { optOuts, holds, deletions, unarmed } = upcomingOf(run);
  const startedAt = new Date(run.started.at);
  const { settings } = run.started;
  const exemptions = settings ? endingExemptions(settings) : [];
  const nothing = [optOuts, holds, deletions, unarmed, exemptions].every(({ length }) => length === 0);
  const due = unarmed.reduce((sum, account) => sum + account.due, 0);
  const date = (at: Date): string => `${day(at)}, ${fromNow(at, startedAt)}`;
  const dated = (head: string): Column<DatedKey> => ({
    head,
    cell: ({ at }) => date(at),
    sortBy: ({ at }) => at.getTime(),
  });
  return markup`<section aria-labelledby="upcoming">
    <h2 id="upcoming">What comes next?</h2>
    ${list('Notices sent', noticeLines(run.notices))}
    ${nothing && markup`<p>Nothing that this run knows of.</p>`}
    ${
      run.started.mode === 'undo' &&
      markup`<p>Sweeps leave the reactivated keys alone until their hold ends;
        <code>keysweep holds</code> shows when.</p>`
    }
    ${
      deletions.length > 0 &&
      markup`<h3>Keys that sweeps will delete</h3>
        <p>These keys are inactive. A deleted key cannot be restored: to keep one, reactivate it before,
          with <code>keysweep undo</code>.</p>
        <ul>${deletionDays(deletions, startedAt)}</ul>`
    }
    ${table({ caption: 'Keys to be deleted', columns: [USER, KEY, dated('deleted from')], rows: deletions })}
    ${table({
      caption: 'Opt-outs that end',
      columns: [
        { head: 'owner', kind: 'long', cell: ({ owner }) => owner },
        { head: 'reason', kind: 'long', cell: ({ reason }) => reason },
        { head: 'last day', cell: ({ until }) => date(until), sortBy: ({ until }) => until.getTime() },
      ],
      rows: optOuts,
    })}
    ${exemptionsTable({ caption: 'Exemptions that end', columns: EXEMPTIONS, rows: exemptions, rest: '' })}
    ${table({ caption: 'Holds that end', columns: [USER, KEY, dated('held until')], rows: holds })}
    ${
      unarmed.length > 0 &&
      markup`<p>${keysIn(due, unarmed.length)} due and left alone: not armed.
        Arm an account with <code>"armed": true</code> in an override of accounts.json.</p>`
    }
    ${table({
      caption: 'Unarmed accounts with due keys',
      columns: [{ head: 'due keys', kind: 'number', cell: (row) => row.due }],
      rows: unarmed,
    })}
  </section>`;
}

function deletionDays(keys: readonly DatedKey[], startedAt: Date): Value[] {
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
