import type { LimitsChecked } from '../ledger/record.ts';
import { exemptGroupsIn } from '../targets/exempt-groups.ts';
import type { RunEnd } from './conclude.ts';
import type { GroupsComparison } from './plan/compare-groups.ts';
import { armed, type FailedTarget, type PlanOutline } from './plan/planned.ts';

type Target = PlanOutline | FailedTarget;

/** Numbers of accounts that a survey found. */
export interface Surveyed {
  readonly accounts: number;
  readonly targets: number;
  readonly undecided: number;
}

/**
 * What a run reports besides its accounts. A limit that a plan exceeds is a warning and does not fail it.
 * @param limits undefined: not checked
 */
export function findingsOf(
  mode: RunEnd['mode'],
  surveyed: Surveyed,
  planned: readonly Target[],
  limits: LimitsChecked | undefined,
  groups: Omit<GroupsComparison, 'seen'>,
): Pick<RunEnd, 'exceeded' | 'problems' | 'warnings' | 'escaped'> {
  const escaped = planned.flatMap((one) => ('failure' in one ? [] : escapesIn(one)));
  const isPlan = mode === 'plan';
  const { exceeded = [], withheld = [], warnings = [] } = limits ?? {};
  return {
    exceeded: isPlan ? [] : exceeded,
    escaped: escaped.length,
    problems: [
      ...groupsAlsoExempt(planned),
      ...groups.problems,
      ...planned.flatMap((one) => ('failure' in one ? [] : one.problems)),
    ],
    warnings: [
      ...escapeWarning(escaped),
      ...warnings,
      ...noTargets(surveyed),
      ...groups.warnings,
      ...machineWarning(planned),
      ...(isPlan ? exceeded.map(({ message }) => message) : []),
      ...(isPlan ? withheld.map((one) => `A sweep would withhold ${one.accountId}: ${one.reason}`) : []),
    ],
  };
}

function escapesIn({ target: { account }, escaped }: PlanOutline): string[] {
  return escaped.map(
    ({ accessKeyId, userName, how }) => `${accessKeyId} of ${userName} in ${account.id} (${how})`,
  );
}

/** Escapes that the warning names. */
const ESCAPES_NAMED = 20;

function escapeWarning(escaped: readonly string[]): string[] {
  if (escaped.length === 0) return [];
  const more = escaped.length > ESCAPES_NAMED ? ` and ${escaped.length - ESCAPES_NAMED} more` : '';
  const named = escaped.slice(0, ESCAPES_NAMED).join(', ');
  return [
    `Keys that escaped since the last sweep, which governed them: ${named}${more}. They live, ` +
      'and no sweep revokes them any more. Unless accounts.json says so, ask their owners.',
  ];
}

/** As configured, so the run is ok. */
function noTargets({ accounts, targets, undecided }: Surveyed): string[] {
  if (targets + undecided > 0) return [];
  return [
    `None of the ${accounts} accounts is a target: all are opted out, out of scope or not active, ` +
      'so there was nothing to do. keysweep accounts shows why.',
  ];
}

/** Accounts that a problem names; the others are counted. */
const NAMED = 5;

/** A contradiction of overrides, which makes the run incomplete. */
export function groupsAlsoExempt(planned: readonly Target[]): string[] {
  return exemptGroupsIn(planned.map(({ target }) => target)).map(({ group, accounts }) => {
    const ids = accounts.slice(0, NAMED).map(({ id }) => id);
    const others = accounts.length > NAMED ? ` and ${accounts.length - NAMED} more` : '';
    return (
      `Group ${group} is in both groups and exempt.groups of account ${ids.join(', ')}${others}, ` +
      'so keys of its members are never revoked there. Remove it from one of the two lists (see overrides).'
    );
  });
}

/** Users who would lose their keys and could not sign in to make new ones; only a plan checks for them. */
export function machineWarning(planned: readonly Target[]): string[] {
  const count = (targets: readonly Target[]): number =>
    targets.reduce((sum, target) => sum + ('failure' in target ? 0 : target.withoutConsole), 0);
  const users = count(planned);
  if (users === 0) return [];
  return [
    `Users without a console password whose keys are due: ${users}, ` +
      `of them in armed accounts: ${count(armed(planned))}. ` +
      'They cannot sign in to make a new key, so what runs with these keys will stop. ' +
      'To keep their keys, set "rules": { "users": "with-console-access" } or exempt them.',
  ];
}
