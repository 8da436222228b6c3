import type { ExceededLimit } from '../rules/breaker.ts';
import { exemptGroupsIn } from '../targets/exempt-groups.ts';
import type { RunEnd } from './conclude.ts';
import { groupsMissingEverywhere, noneOf } from './plan/missing-groups.ts';
import { armed, type FailedTarget, type PlanOutline } from './plan/planned.ts';

type Asked = PlanOutline | FailedTarget;

/** How many accounts a survey found, and how many of them are to be swept, or may be. */
export interface Surveyed {
  readonly accounts: number;
  readonly targets: number;
  readonly undecided: number;
}

/** What a run ends with beside its accounts. A limit that a plan exceeds is a warning, and fails nothing. Pure. */
export function findingsOf(
  { mode, filtered }: Pick<RunEnd, 'mode' | 'filtered'>,
  surveyed: Surveyed,
  planned: readonly Asked[],
  exceeded: readonly ExceededLimit[],
): Pick<RunEnd, 'exceeded' | 'problems' | 'warnings'> {
  const isPlan = mode === 'plan';
  return {
    exceeded: isPlan ? [] : exceeded,
    problems: problemsOf(surveyed, planned, filtered),
    warnings: [
      ...warningsOf(planned, filtered),
      ...machineWarning(planned),
      ...(isPlan ? exceeded.map(({ message }) => message) : []),
    ],
  };
}

/**
 * What makes a run of the whole organization incomplete although no single account failed: a group that exists nowhere is
 * most likely misspelt, and a run without targets sweeps nothing for ever, nor does one where the group is exempt. Pure.
 */
export function problemsOf(surveyed: Surveyed, planned: readonly Asked[], filtered: boolean): string[] {
  if (surveyed.targets === 0 && surveyed.undecided === 0) {
    return [
      `none of ${surveyed.accounts} accounts is a target: all are opted out, out of scope or not active. ` +
        'keysweep accounts shows why.',
    ];
  }
  return [...groupsThatAreExempt(planned), ...(filtered ? [] : groupsThatExistNowhere(planned))];
}

/** Accounts that a problem names; the others are counted. */
const NAMED = 5;

function groupsThatAreExempt(planned: readonly Asked[]): string[] {
  return exemptGroupsIn(planned.map(({ target }) => target)).map(({ group, accounts }) => {
    const ids = accounts.slice(0, NAMED).map(({ id }) => id);
    const others = accounts.length > NAMED ? ` and ${accounts.length - NAMED} more` : '';
    return (
      `group ${group} is both swept (groups) and left out (exempt.groups) in account ${ids.join(', ')}${others}, where overrides ` +
      'meet, so none of its members loses a key there. Take it out of one of the two lists.'
    );
  });
}

function groupsThatExistNowhere(planned: readonly Asked[]): string[] {
  const asked = planned.map((target) => ({
    groups: target.target.settings.groups,
    absent: 'failure' in target ? undefined : target.missingGroups,
  }));
  return groupsMissingEverywhere(asked).map(
    (found) => `group ${found.group} exists in ${noneOf(found, 'it is configured for')}. Is it misspelt?`,
  );
}

/**
 * Exempt groups that exist nowhere: behind a misspelt one stand users whose keys are taken. Said and no reason to fail, for
 * the accounts may have no use for the group. Pure.
 */
export function warningsOf(planned: readonly Asked[], filtered: boolean): string[] {
  if (filtered) return [];
  // Where no user was found, exempt groups were not asked about.
  const asked = planned
    .filter((target) => 'failure' in target || target.users > 0)
    .map((target) => ({
      groups: target.target.settings.exempt.groups,
      absent: 'failure' in target ? undefined : target.missingGroups,
    }));
  return groupsMissingEverywhere(asked).map(
    (found) =>
      `exempt group ${found.group} exists in ${noneOf(found, 'were asked')}, so it leaves nobody out. Is it misspelt?`,
  );
}

/** Users who would lose their keys and could not sign in to make new ones; only a plan knows of them. Pure. */
export function machineWarning(planned: readonly Asked[]): string[] {
  const count = (targets: readonly Asked[]): number =>
    targets.reduce((sum, target) => sum + ('failure' in target ? 0 : target.withoutConsole), 0);
  const users = count(planned);
  if (users === 0) return [];
  return [
    `users without a console password whose keys are due: ${users}, of them in armed accounts: ${count(armed(planned))}. They cannot sign in to make a ` +
      'new key, so what runs with these keys will stop. If that is not meant: "rules": { "users": "with-console-access" } leaves them out, and so ' +
      'does an exemption.',
  ];
}
