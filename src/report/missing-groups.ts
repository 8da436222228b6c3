import type { StoredRun } from '../ledger/stored-run.ts';

/** Each group with the number of accounts that lack it: where people have other groups, nobody is found and nothing is due. Pure. */
export function missingGroupLines({ accounts }: StoredRun): string[] {
  const lacking = new Map<string, number>();
  let read = 0;
  for (const { plan } of accounts.values()) {
    if (plan === undefined) continue;
    read += 1;
    for (const group of plan.missingGroups) lacking.set(group, (lacking.get(group) ?? 0) + 1);
  }
  return [...lacking]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, count]) => `${group}: not in ${count} of the ${read} accounts that were read`);
}
