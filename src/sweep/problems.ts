import type { Planned } from './plan-account.ts';
import type { Survey } from './survey.ts';

/**
 * What makes a run of the whole organization incomplete although no single account failed: a group that exists nowhere is
 * most likely misspelt, and a run without targets sweeps nothing for ever. Pure.
 */
export function problemsOf(survey: Survey, planned: readonly Planned[], filtered: boolean): string[] {
  if (survey.targets.length === 0 && survey.undecided.length === 0) {
    return [
      `none of ${survey.accounts.length} accounts is a target: all are opted out, out of scope or not active. ` +
        'keysweep accounts shows why.',
    ];
  }
  return filtered ? [] : groupsThatExistNowhere(planned);
}

function groupsThatExistNowhere(planned: readonly Planned[]): string[] {
  const naming = new Map<string, number>();
  const existing = new Set<string>();
  for (const target of planned) {
    const { groups } = ('plan' in target ? target.plan.target : target.target).settings;
    const absent = new Set('plan' in target ? target.plan.absentGroups : []);
    for (const group of groups) {
      naming.set(group, (naming.get(group) ?? 0) + 1);
      // An account that could not be read may have the group.
      if (!absent.has(group)) existing.add(group);
    }
  }
  return [...naming]
    .filter(([group]) => !existing.has(group))
    .map(
      ([group, accounts]) =>
        `group ${group} exists in none of the ${accounts} accounts that it is configured for. Is it misspelt?`,
    );
}
