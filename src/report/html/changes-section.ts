import { rollup } from 'd3-array';

import type { RunSummary } from '../../ledger/record.ts';
import type { StoredRun, StoredWrite } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import { keyLines, type KeyLine } from '../key-lines.ts';
import { plural } from '../words.ts';
import { code, type AccountColumns } from './account-columns.ts';
import { ageChart } from './age-chart.ts';
import { agesOf } from './ages.ts';
import { historyChart } from './history-chart.ts';
import { sweepsOf } from './history-section.ts';
import { markup, type Html, type Value } from './html.ts';
import { machineUsers } from './machine-users-section.ts';
import { table, type Column } from './table.ts';
import { count, DAY_MS } from './words.ts';

/** Keys that changed, or would have; what failed comes first. */
export function changesSection(
  run: StoredRun,
  history: readonly RunSummary[],
  columns: AccountColumns,
  rest: string,
): Html {
  const { mode } = run.started;
  const lines = keyLines(run);
  const ages = agesOf(run);
  return markup`<section aria-labelledby="changed">
    <h2 id="changed">${mode === 'plan' ? 'What would change?' : 'What changed?'}</h2>
    <p>${sentence(run, lines)}</p>
    ${failedWrites(run, columns, rest)}
    ${machineUsers(run, columns, rest)}
    <div class="charts">
      ${ages.some(({ before }) => before > 0) && ageChart(ages, mode === 'plan')}
      ${historyChart(sweepsOf(history))}
    </div>
    ${table({ caption: mode === 'plan' ? 'Keys that are due' : 'Keys', columns: keyColumns(run, columns), rows: lines.map((line) => ({ ...line, account: accountOf(run, line) })), rest })}
  </section>`;
}

function sentence({ started, summary }: StoredRun, lines: readonly KeyLine[]): Value {
  if (lines.length === 0) return started.mode === 'undo' ? 'No key was activated again.' : 'No key was due.';
  const counts = [
    ...rollup(
      lines,
      (own) => own.length,
      ({ what }) => what,
    ),
  ];
  const parts = counts.map(
    ([what, many], index) =>
      markup`${index > 0 && ', '}<b>${count(many)}</b> ${what.replace('would ', 'to ')}`,
  );
  if (started.mode === 'plan')
    return markup`A sweep would find due: ${parts}. Nothing was written: this run only plans, and a sweep writes in armed accounts only.`;
  if (summary?.verdict === 'stopped') return markup`Nothing was written. Due: ${parts}.`;
  return markup`${plural(lines.length, 'key')}: ${parts}.${lines.some(({ what }) => what.startsWith('would')) && ' Keys “to …” are due and were left alone: their account is not armed, or did not come so far.'}`;
}

type KeyRow = KeyLine & { readonly account: OrganizationAccount };

function keyColumns({ started }: StoredRun, columns: AccountColumns): Column<KeyRow>[] {
  const days = ({ createDate }: KeyLine): number =>
    createDate ? Math.floor((Date.parse(started.at) - createDate.getTime()) / DAY_MS) : -1;
  const ageColumn: Column<KeyRow> = {
    head: 'age',
    kind: 'number',
    cell: (line) => (line.createDate ? `${count(days(line))} d` : ''),
    sortBy: days,
  };
  return [
    ...columns<KeyRow>(),
    { head: 'user', cell: ({ userName }) => userName },
    { head: 'key', kind: 'id', cell: ({ accessKeyId }) => accessKeyId },
    ...(started.mode === 'undo' ? [] : [ageColumn]),
    { head: 'what', cell: ({ what }) => what.replace('would ', 'to ') },
    { head: 'why', cell: ({ reason }) => reason },
  ];
}

function accountOf({ accounts }: StoredRun, { accountId, accountName }: KeyLine): OrganizationAccount {
  const listed = accounts.get(accountId)?.account;
  return listed ?? { id: accountId, name: accountName, state: '', isManagementAccount: false };
}

interface FailedWrite {
  readonly account: OrganizationAccount;
  readonly write: StoredWrite;
}

const IN_DOUBT: readonly string[] = ['failed', 'unconfirmed', 'not-attempted'];

function failedWrites(run: StoredRun, columns: AccountColumns, rest: string): Value {
  const rows = [...run.accounts.values()].flatMap(({ account, writes }) =>
    [...writes.values()]
      .filter(({ outcome }) => IN_DOUBT.includes(outcome))
      .map((write): FailedWrite => ({ account, write })),
  );
  const inDoubt = rows.filter(({ write }) => write.outcome === 'unconfirmed').length;
  return [
    inDoubt > 0 &&
      markup`<p class="note bad">${plural(inDoubt, 'key')} in doubt: the intent to write was stored and no answer came, so they may have changed. Run again: it reads them anew.</p>`,
    table({
      caption: 'Keys that failed or are in doubt',
      columns: [
        ...columns<FailedWrite>(),
        { head: 'user', cell: ({ write }) => write.userName },
        { head: 'key', kind: 'id', cell: ({ write }) => write.accessKeyId },
        { head: 'outcome', cell: ({ write }) => write.outcome },
        {
          head: 'why',
          kind: 'long',
          cell: ({ write: { failure, intended } }) =>
            failure
              ? markup`${code(failure.call)}: ${failure.code}: ${failure.message}`
              : `no answer to the intent to ${intended?.action ?? 'write'}`,
        },
      ],
      rows,
      rest,
    }),
  ];
}
