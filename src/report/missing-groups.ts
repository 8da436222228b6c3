import type { StoredRun } from '../ledger/stored-run.ts';

/** Each configured group that accounts lack: in an account without any of them, nothing is due. */
export function missingGroupLines({ accounts }: StoredRun): string[] {
  const missing = new Map<string, number>();
  let read = 0;
  for (const { plan } of accounts.values()) {
    if (plan === undefined) continue;
    read += 1;
    for (const group of plan.missingGroups) missing.set(group, (missing.get(group) ?? 0) + 1);
  }
  return [...missing]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, count]) => `${group}: not in ${count} of the ${read} accounts that were read`);
}
