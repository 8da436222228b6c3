import type { StoredRun } from '../../ledger/stored-run.ts';
import { noticeLines } from '../notice-lines.ts';
import { KEY, USER, type AccountTable } from './account-table.ts';
import { day, fromNow } from './format.ts';
import { markup, type Html, type Value } from './html.ts';
import { keysIn, list } from './result-section.ts';
import { endingExemptions, EXEMPTIONS } from './settings-section.ts';
import { table as exemptionsTable, type Column } from './table.ts';
import type { DatedKey, Upcoming } from './upcoming.ts';

/** Opt-outs and holds that end, keys that later sweeps delete, accounts that are not armed yet. */
export function upcomingSection(run: StoredRun, upcoming: Upcoming, table: AccountTable): Html {
  const { optOuts, holds, deletions, unarmed } = upcoming;
  const startedAt = new Date(run.started.at);
  const { settings } = run.started;
  const exemptions = settings ? endingExemptions(settings) : [];
  const found = [optOuts, holds, deletions, unarmed].some(({ total }) => total > 0) || exemptions.length > 0;
  const date = (at: Date): string => `${day(at)}, ${fromNow(at, startedAt)}`;
  const dated = (head: string): Column<DatedKey> => ({
    head,
    cell: ({ at }) => date(at),
    sortBy: ({ at }) => at.getTime(),
  });
  return markup`<section aria-labelledby="upcoming">
    <h2 id="upcoming">What comes next?</h2>
    ${list('Notices sent', noticeLines(run.notices))}
    ${!found && markup`<p>Nothing that this run knows of.</p>`}
    ${
      run.started.mode === 'undo' &&
      markup`<p>Sweeps leave the reactivated keys alone until their hold ends;
        <code>keysweep holds</code> shows when.</p>`
    }
    ${
      deletions.total > 0 &&
      markup`<h3>Keys that sweeps will delete</h3>
        <p>These keys are inactive. A deleted key cannot be restored: to keep one, reactivate it before,
          with <code>keysweep undo</code>.</p>
        <ul>${deletionDays(upcoming, startedAt)}</ul>`
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
      unarmed.total > 0 &&
      markup`<p>${keysIn(upcoming.dueUnarmed, unarmed.total)} due and left alone: not armed.
        Arm an account with <code>"armed": true</code> in an override of accounts.json.</p>`
    }
    ${table({
      caption: 'Unarmed accounts with due keys',
      columns: [{ head: 'due keys', kind: 'number', cell: (row) => row.due }],
      rows: unarmed,
    })}
  </section>`;
}

function deletionDays({ days }: Upcoming, startedAt: Date): Value[] {
  return days.map(
    ({ at, keys, accounts }) =>
      markup`<li>from <b>${day(at)}</b> (${fromNow(at, startedAt)}): ${keysIn(keys, accounts.size)}</li>`,
  );
}
