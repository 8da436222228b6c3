import { rollup } from 'd3-array';

import { failureText } from '../../aws/failure.ts';
import { decides, wroteNothing, type RunSummary } from '../../ledger/record.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { isLeft, keyLines, type KeyLine } from '../key-lines.ts';
import { plural } from '../words.ts';
import { ageColumn, KEY, lastUseColumn, USER, type AccountTable } from './account-table.ts';
import { ageChart } from './age-chart.ts';
import { agesOf } from './ages.ts';
import { count } from './format.ts';
import { escapedKeys } from './escapes-section.ts';
import { historyChart } from './history-chart.ts';
import { markup, type Html, type Value } from './html.ts';
import { machineUsers } from './machine-users-section.ts';
import { sweepsOf } from './sweep-history.ts';
import type { Column } from './table.ts';

/** Keys that changed, or would have; what failed comes first. */
export function changesSection(run: StoredRun, history: readonly RunSummary[], table: AccountTable): Html {
  const { mode } = run.started;
  const rows = keyLines(run);
  const ages = agesOf(run);
  return markup`<section aria-labelledby="changes">
    <h2 id="changes">${mode === 'plan' ? 'What would change?' : 'What changed?'}</h2>
    <p>${sentence(run, rows)}</p>
    ${failedWrites(run, table)}
    ${escapedKeys(run, table)}
    ${machineUsers(run, table)}
    <div class="charts">
      ${ages.some(({ before }) => before > 0) && ageChart(ages, mode === 'plan')}
      ${historyChart(sweepsOf(history))}
    </div>
    ${table({ caption: mode === 'plan' ? 'Due keys' : 'Keys', columns: keyColumns(run, rows), rows })}
  </section>`;
}

function sentence({ started, summary }: StoredRun, lines: readonly KeyLine[]): Value {
  if (lines.length === 0) return !decides(started.mode) ? 'No key was changed.' : 'No key was due.';
  const counts = rollup(
    lines,
    (own) => own.length,
    ({ outcome }) => outcome,
  );
  const parts = [...counts].map(
    ([outcome, many], index) => markup`${index > 0 && ', '}<b>${count(many)}</b> ${outcome}`,
  );
  if (started.mode === 'plan')
    return markup`Due: ${parts}. A plan writes nothing, and a sweep writes in armed accounts only.`;
  if (wroteNothing(summary?.verdict)) return markup`Nothing was written. Due: ${parts}.`;
  const left = lines.some(isLeft) && ' Due keys of unarmed or unreached accounts were left alone.';
  return markup`${plural(lines.length, 'key')}: ${parts}.${left}`;
}

function keyColumns({ started }: StoredRun, rows: readonly KeyLine[]): Column<KeyLine>[] {
  return [
    USER,
    KEY,
    ...(decides(started.mode) ? [ageColumn(started), ...lastUseColumn(rows)] : []),
    { head: 'outcome', cell: ({ outcome }) => outcome },
    { head: 'reason', cell: ({ reason }) => reason },
  ];
}

const FAILED: readonly string[] = ['failed', 'unconfirmed', 'not-attempted'];

function failedWrites(run: StoredRun, table: AccountTable): Value {
  const accounts = [...run.accounts.values()].filter(({ finished }) => finished?.keys.failed !== 0);
  const rows = accounts.flatMap(({ account, writes }) =>
    [...writes.values()]
      .filter(({ outcome }) => FAILED.includes(outcome))
      .map((write) => ({ account, ...write })),
  );
  const unconfirmed = rows.filter(({ outcome }) => outcome === 'unconfirmed').length;
  return [
    unconfirmed > 0 &&
      markup`<p class="note bad">${plural(unconfirmed, 'key')} unconfirmed: the intent to write was recorded,
        but no result, so they may have changed. Run again: the next run reads them again.</p>`,
    table({
      caption: 'Keys that failed or are unconfirmed',
      columns: [
        USER,
        KEY,
        { head: 'outcome', cell: ({ outcome }) => outcome },
        {
          head: 'reason',
          kind: 'long',
          cell: ({ failure, intended }) =>
            failure ? failureText(failure) : `intent to ${intended?.action ?? 'write'} recorded, no result`,
        },
      ],
      rows,
    }),
  ];
}
