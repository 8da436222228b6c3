import { detailsOf } from '../config/schema.ts';
import { deploymentNames, isDeployable } from '../deployment/names.ts';
import { exemptGroupsIn } from '../targets/exempt-groups.ts';
import { mapLimited } from '../sweep/map-limited.ts';
import {
  describeMissing,
  isMissing,
  looksMisspelled,
  placesOf,
  type GroupsRead,
  type Place,
} from '../sweep/plan/missing-groups.ts';
import { startProgress } from '../sweep/progress.ts';
import type { Survey } from '../sweep/survey/survey-organization.ts';
import { checkTarget, type ExaminedTarget } from './check-target.ts';
import { isNamedInTrust } from './denied-role.ts';
import type { DoctorContext } from './context.ts';
import { accountSubject, CONFIG, problem, unknown, warning, type Finding } from './finding.ts';

/** Checks every target, with the concurrency of a sweep. */
export async function checkTargets(survey: Survey, context: DoctorContext): Promise<Finding[]> {
  const { targets, undecided, accounts } = survey;
  if (targets.length === 0 && undecided.length === 0) return [noTargets(accounts.length)];
  const countDone = startProgress(context.progress, 'checking', targets.length);
  const examined = await mapLimited(targets, context.config.concurrency.accounts, async (target) => {
    const result = await checkTarget(target, context);
    countDone();
    return result;
  });
  return [
    ...undecidedAccounts(survey),
    ...findingsOf(examined, context),
    ...accountsWithoutGroups(examined),
    ...missingGroups(examined, context.config.defaults.groups),
    ...contradictoryGroups(survey),
  ];
}

function noTargets(accounts: number): Finding {
  return warning('targets', CONFIG, {
    summary: `None of the ${accounts} accounts is a target`,
    impact: 'A sweep does nothing.',
    fix: 'Run keysweep accounts to see why, then change scope or optOuts.',
  });
}

function undecidedAccounts({ undecided }: Survey): Finding[] {
  return undecided.map(({ account, failure }) =>
    problem('targets', accountSubject(account), {
      summary: `It is unknown whether the account is a target: ${failure.call} failed`,
      impact: 'A sweep skips the account, and the run is incomplete.',
      fix: 'Fix the cause shown in the detail, then run keysweep accounts.',
      detail: `${failure.code}: ${failure.message}`,
    }),
  );
}

/** If every role denies a caller that is not in the deployed trust, this says nothing about the rotator. */
function findingsOf(examined: readonly ExaminedTarget[], { caller, config }: DoctorContext): Finding[] {
  const findings = examined.flatMap((target) => target.findings);
  if (!isDeployable(config) || examined.length === 0 || !examined.every(({ refused }) => refused))
    return findings;
  const { rotatorRoleArn } = deploymentNames(config.deployment);
  if (isNamedInTrust(caller.arn, [rotatorRoleArn, ...config.deployment.operators])) return findings;
  return examined.map(({ target: { account, settings } }) =>
    unknown('enter-account', accountSubject(account), {
      summary: `Role ${settings.rotationRole.name} does not exist, or does not trust you`,
      impact:
        'The deployed roles trust only the rotator and deployment.operators, and you are neither. ' +
        'Whether the rotator can enter is unknown.',
      fix: 'Add your role to deployment.operators, run npm run deploy, and run doctor with that role.',
    }),
  );
}

function accountsWithoutGroups(examined: readonly ExaminedTarget[]): Finding[] {
  return examined.flatMap(({ target: { account, settings }, groups }) => {
    if (groups === undefined || settings.groups.some((group) => groups.has(group))) return [];
    return [
      warning('groups', accountSubject(account), {
        summary: `None of the groups ${settings.groups.join(', ')} exists in the account`,
        impact: 'No users are found there, so its keys stay, without an error.',
        fix:
          'Set the groups of that account in an override, ' +
          'or exclude it from the scope (docs/configuration.md).',
      }),
    ];
  });
}

function contradictoryGroups({ targets }: Survey): Finding[] {
  return exemptGroupsIn(targets).flatMap(({ group, accounts }) =>
    accounts.map((account) =>
      problem('configuration', accountSubject(account), {
        summary: `Group ${group} is both in groups and in exempt.groups`,
        impact:
          'Several overrides apply to this account. ' +
          'The members keep their keys, and every run is incomplete.',
        fix: 'Remove it from one of the two lists: accounts.json, overrides.',
      }),
    ),
  );
}

/** Groups that exist in none of the targets configured for them. */
function missingGroups(examined: readonly ExaminedTarget[], defaults: readonly string[]): Finding[] {
  const places = placesOf(examined.map(groupsRead)).filter(isMissing);
  return places.map((place) => (place.exempts ? missingExemptGroup(place) : missingGroup(place, defaults)));
}

/** Without the exempt groups that may be missing. */
function groupsRead({ target, groups: existing }: ExaminedTarget): GroupsRead {
  if (!existing) return { target, failure: 'not read' };
  const { groups, exempt } = target.settings;
  const expected = exempt.groups.map(detailsOf).filter(({ mayMatchNothing }) => mayMatchNothing !== true);
  const missingGroups = [...groups, ...expected.map(({ name }) => name)].filter(
    (name) => !existing.has(name),
  );
  return { target, users: 1, missingGroups };
}

function missingGroup(found: Place, defaults: readonly string[]): Finding {
  const misspelled = looksMisspelled(found, defaults);
  const subject = { subject: `group ${found.group}` };
  return (misspelled ? problem : warning)('groups', subject, {
    summary: `The group ${describeMissing(found, 'should have it')}`,
    impact:
      'If it is misspelled, the keys of its members stay.' +
      (misspelled ? ' Runs of the whole organization are incomplete.' : ''),
    fix: 'Correct the spelling, or remove it from groups: accounts.json, defaults.groups and overrides.',
  });
}

function missingExemptGroup(found: Place): Finding {
  const subject = { subject: `exempt group ${found.group}` };
  return warning('groups', subject, {
    summary: `The group ${describeMissing(found, 'should have it')}, so it exempts nobody`,
    impact: 'If it has never existed anywhere, no sweep revokes anything: it may be misspelled.',
    fix: 'Correct the spelling, remove it from exempt.groups, or mark it mayMatchNothing.',
  });
}
