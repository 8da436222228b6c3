import type { StoredRun } from '../ledger/stored-run.ts';

/** Each group with the number of accounts that lack it: where people have other groups, nobody is found and nothing is due. Pure. */
export function absentGroups({ accounts }: StoredRun): string[] {
  const plans = [...accounts.values()].flatMap(({ plan }) => plan ?? []);
  const absent = plans.flatMap((plan) => plan.absentGroups);
  return [...new Set(absent)].toSorted().map((group) => {
    const count = absent.filter((name) => name === group).length;
    return `${group}: not in ${count} of the ${plans.length} accounts that were read`;
  });
}
