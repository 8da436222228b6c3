import { failureText } from '../../aws/failure.ts';
import { decides, wroteNothing, type RunSummary } from '../../ledger/record.ts';
import type { StoredAccount, StoredRun, StoredWrite } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import { FirstRows, type Collector } from '../collect.ts';
import { KeyLines, MachineUserLines, type KeyLine } from '../key-lines.ts';
import { plural } from '../words.ts';
import { ageColumn, KEY, lastUseColumn, USER, type AccountTable } from './account-table.ts';
import { ageChart } from './age-chart.ts';
import { Ages } from './ages.ts';
import { count } from './format.ts';
import { escapedKeys } from './escapes-section.ts';
import { historyChart } from './history-chart.ts';
import { markup, type Html, type Value } from './html.ts';
import { machineUsers } from './machine-users-section.ts';
import { MOST_ROWS, type Column } from './table.ts';

export function changesCollectors() {
  return {
    keys: new KeyLines(MOST_ROWS),
    failed: new FailedWrites(),
    machines: new MachineUserLines(MOST_ROWS),
    ages: new Ages(),
  };
}

/** Keys that changed, or would have; what failed comes first. */
export function changesSection(
  run: StoredRun,
  { keys, failed, machines, ages: { groups: ages } }: ReturnType<typeof changesCollectors>,
  history: readonly RunSummary[],
  table: AccountTable,
): Html {
  const { mode } = run.started;
  return markup`<section aria-labelledby="changes">
    <h2 id="changes">${mode === 'plan' ? 'What would change?' : 'What changed?'}</h2>
    <p>${sentence(run, keys)}</p>
    ${failedWrites(failed, table)}
    ${escapedKeys(run, table)}
    ${machineUsers(machines, table)}
    <div class="charts">
      ${ages.some(({ before }) => before > 0) && ageChart(ages, mode === 'plan')}
      ${historyChart(history)}
    </div>
    ${table({
      caption: mode === 'plan' ? 'Due keys' : 'Keys',
      columns: keyColumns(run, keys),
      rows: keys.rows,
    })}
  </section>`;
}

function sentence({ started, summary }: StoredRun, { rows, counts }: KeyLines): Value {
  if (rows.total === 0) return !decides(started.mode) ? 'No key was changed.' : 'No key was due.';
  const parts = [...counts].map(
    ([outcome, many], index) => markup`${index > 0 && ', '}<b>${count(many)}</b> ${outcome}`,
  );
  if (started.mode === 'plan')
    return markup`Due: ${parts}. A plan writes nothing, and a sweep writes in armed accounts only.`;
  if (wroteNothing(summary?.verdict)) return markup`Nothing was written. Due: ${parts}.`;
  const isLeft = [...counts.keys()].some((outcome) => outcome.startsWith('to '));
  const left = isLeft && ' Due keys of unarmed or unreached accounts were left alone.';
  return markup`${plural(rows.total, 'key')}: ${parts}.${left}`;
}

function keyColumns({ started }: StoredRun, { hasLastUse }: KeyLines): Column<KeyLine>[] {
  return [
    USER,
    KEY,
    ...(decides(started.mode) ? [ageColumn(started), ...lastUseColumn(hasLastUse)] : []),
    { head: 'outcome', cell: ({ outcome }) => outcome },
    { head: 'reason', cell: ({ reason }) => reason },
  ];
}

const FAILED: readonly string[] = ['failed', 'unconfirmed', 'not-attempted'];

class FailedWrites implements Collector {
  readonly rows = new FirstRows<StoredWrite & { readonly account: OrganizationAccount }>(MOST_ROWS);
  unconfirmed = 0;

  add(stored: StoredAccount): void {
    if (stored.finished?.keys.failed === 0) return;
    for (const write of stored.writes.values()) {
      if (!FAILED.includes(write.outcome)) continue;
      this.rows.add({ account: stored.account, ...write });
      if (write.outcome === 'unconfirmed') this.unconfirmed += 1;
    }
  }
}

function failedWrites({ rows, unconfirmed }: FailedWrites, table: AccountTable): Value {
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
