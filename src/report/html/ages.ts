import { bisectRight } from 'd3-array';

import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import { collect, type Collector } from '../collect.ts';
import { isRevoked } from '../findings.ts';
import { ageInDays } from '../words.ts';

/** Active keys of one age, before the run and after it. */
export interface AgeGroup {
  readonly age: string;
  readonly before: number;
  readonly after: number;
}

const FROM_DAYS = [0, 7, 30, 90, 180, 365, 730];
export const AGES = [
  'up to 7 days',
  '7 to 30 days',
  '30 to 90 days',
  '90 to 180 days',
  '180 days to 1 year',
  '1 to 2 years',
  'over 2 years',
];

export function agesOf(run: StoredRun): readonly AgeGroup[] {
  return collect(run, { ages: new Ages() }).ages.groups;
}

/** After a plan: what a sweep would leave. An unconfirmed key counts as still active. */
export class Ages implements Collector {
  readonly groups = AGES.map((age) => ({ age, before: 0, after: 0 }));

  add(account: StoredAccount, run: StoredRun): void {
    for (const decision of account.plan?.decisions ?? []) {
      if (decision.status !== 'Active') continue;
      const days = ageInDays(decision.createDate, run.started.at);
      const group = this.groups.find(({ age }) => age === ageGroup(days));
      if (!group) continue;
      group.before += 1;
      if (isLeft(decision, account, run)) group.after += 1;
    }
  }
}

export function ageGroup(days: number): string {
  return AGES[Math.max(0, bisectRight(FROM_DAYS, days) - 1)] ?? '';
}

function isLeft(
  { accessKeyId, action }: { readonly accessKeyId: string; readonly action: string },
  { plan, writes }: StoredAccount,
  { started }: StoredRun,
): boolean {
  if (started.mode === 'plan') return action === 'keep' || plan?.armed !== true;
  return !isRevoked(writes.get(accessKeyId));
}
