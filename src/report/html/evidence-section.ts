import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import { tally, type Collector } from '../collect.ts';
import { isCovered } from '../not-covered.ts';
import { ageInDays } from '../words.ts';
import { CONTROLS, NOT_PROVEN, type Control } from './evidence-controls.ts';
import { count } from './format.ts';
import { markup, type Html } from './html.ts';
import { list } from './result-section.ts';
import { table } from './table.ts';

/** For auditors: docs/evidence.md, with the accounts of this run that count. */
export function evidenceSection({ accounts, started }: StoredRun, { counting }: Evidence): Html {
  const many = (control: Control): number => counting.get(control) ?? 0;
  return markup`<section aria-labelledby="evidence">
    <h2 id="evidence">What is it evidence for?</h2>
    <p>One run <b>contributes to</b> these items. An account counts if it was covered and armed, its
      maxKeyAgeDays or maxUnusedDays is low enough, and no active key that was kept there, such as an
      exempt one, is older, or unused for longer.
      No tool alone meets any of them.${started.mode === 'plan' && ' A plan revokes nothing.'}</p>
    ${table({
      caption: 'Items of standards',
      columns: [
        { head: 'item', kind: 'long', cell: ({ items }) => items },
        { head: 'requires', kind: 'long', cell: ({ requires }) => requires },
        { head: 'with keysweep', kind: 'long', cell: ({ contributes }) => contributes },
        {
          head: 'accounts that count',
          kind: 'number',
          cell: (control) => `${count(many(control))} of ${count(accounts.size)}`,
          sortBy: many,
        },
      ],
      rows: CONTROLS,
      rest: '',
    })}
    ${list('What it does not prove', NOT_PROVEN)}
  </section>`;
}

export class Evidence implements Collector {
  /** The accounts that count for each item. */
  readonly counting = new Map<Control, number>();

  add(account: StoredAccount, run: StoredRun): void {
    if (run.started.mode !== 'sweep') return;
    for (const control of CONTROLS) if (isEvidence(account, control, run)) tally(this.counting, control);
  }
}

function isEvidence(
  account: StoredAccount,
  { maxKeyAgeDays, maxUnusedDays = 0 }: Control,
  { started }: StoredRun,
): boolean {
  const { plan, finished } = account;
  if (!plan?.armed || !plan.rules || !isCovered(account) || finished?.outcome === 'planned') return false;
  const isByUse = (plan.rules.maxUnusedDays ?? Infinity) <= maxUnusedDays;
  if (plan.rules.maxKeyAgeDays > maxKeyAgeDays && !isByUse) return false;
  const left = plan.decisions.filter(({ action, status }) => action === 'keep' && status === 'Active');
  return left.every(
    ({ createDate, reason }) =>
      ageInDays(createDate, started.at) <= maxKeyAgeDays ||
      (isByUse && reason === 'maxUnusedDays not reached'),
  );
}
