import { deploymentNames, isDeployable } from '../deployment/names.ts';
import type { AccountSettings } from '../targets/target.ts';
import { exemptGroupsIn } from '../targets/exempt-groups.ts';
import { mapLimited } from '../sweep/map-limited.ts';
import {
  groupsMissingEverywhere,
  noneOf,
  type GroupsRead,
  type GroupMissingEverywhere,
} from '../sweep/plan/missing-groups.ts';
import type { Survey } from '../sweep/survey/survey-organization.ts';
import { checkTarget, type ExaminedTarget } from './check-target.ts';
import { isNamedInTrust } from './entry-refusal.ts';
import type { DoctorContext } from './context.ts';
import { accountSubject, problem, unknown, warning, type Finding } from './finding.ts';

/** Every target, as many at a time as a sweep would enter. */
export async function checkTargets(survey: Survey, context: DoctorContext): Promise<Finding[]> {
  const { targets, undecided, accounts } = survey;
  if (targets.length === 0 && undecided.length === 0) return [noTargets(accounts.length)];
  let done = 0;
  const tell = (): void => context.progress({ step: 'checking', done, total: targets.length });
  if (targets.length > 0) tell();
  const examined = await mapLimited(targets, context.config.concurrency.accounts, async (target) => {
    const result = await checkTarget(target, context);
    done += 1;
    tell();
    return result;
  });
  return [
    ...undecidedAccounts(survey),
    ...findingsOf(examined, context),
    ...withoutGroups(examined),
    ...misspeltGroups(examined),
    ...exemptGroups(survey),
  ];
}

function noTargets(accounts: number): Finding {
  return problem(
    'targets',
    { subject: 'accounts.json' },
    {
      summary: `none of the ${accounts} accounts is a target`,
      impact: 'A sweep then does nothing, for ever.',
      fix: 'keysweep accounts shows of every account why; then change scope or optOuts.',
    },
  );
}

function undecidedAccounts({ undecided }: Survey): Finding[] {
  return undecided.map(({ account, failure }) =>
    problem('targets', accountSubject(account), {
      summary: `nobody can tell whether it is a target (${failure.call})`,
      impact: 'What is not known is not swept, and the run is incomplete.',
      fix: 'Mend the call that the detail in --json names, then keysweep accounts.',
      detail: `${failure.code}: ${failure.message}`,
    }),
  );
}

/**
 * Where every role refuses, and the deployed trust does not name whoever runs doctor, that is as it should be and says nothing
 * about the rotator.
 */
function findingsOf(examined: readonly ExaminedTarget[], { caller, config }: DoctorContext): Finding[] {
  const findings = examined.flatMap((target) => target.findings);
  if (!isDeployable(config) || examined.length === 0 || !examined.every(({ refused }) => refused))
    return findings;
  const { rotatorRoleArn } = deploymentNames(config.deployment);
  if (isNamedInTrust(caller.arn, [rotatorRoleArn, ...config.deployment.operators])) return findings;
  return examined.map(({ target: { account, settings } }) =>
    unknown('enter-account', accountSubject(account), {
      summary: `role ${settings.rotationRole.name} does not let you in, or is not there; you are neither the rotator nor an operator`,
      impact:
        'The trust of the deployed roles names the rotator and deployment.operators. Whether the rotator gets in cannot be told from here.',
      fix: 'Add your role to deployment.operators, run npm run deploy, and run doctor with that role.',
    }),
  );
}

function withoutGroups(examined: readonly ExaminedTarget[]): Finding[] {
  return examined.flatMap(({ target: { account, settings }, groups }) => {
    if (groups === undefined || settings.groups.some((group) => groups.has(group))) return [];
    return [
      warning('groups', accountSubject(account), {
        summary: `none of the groups ${settings.groups.join(', ')} exists there`,
        impact: 'Nobody is found in the account, so its keys stay and nothing says so.',
        fix: 'Name the groups of that account in an override, or leave it out of the scope (docs/configuration.md).',
      }),
    ];
  });
}

function exemptGroups({ targets }: Survey): Finding[] {
  return exemptGroupsIn(targets).flatMap(({ group, accounts }) =>
    accounts.map((account) =>
      problem('configuration', accountSubject(account), {
        summary: `group ${group} is both swept (groups) and left out (exempt.groups) there`,
        impact:
          'Overrides that meet say so, and then none of its members loses a key; a run is incomplete because of it.',
        fix: 'Take it out of one of the two lists: accounts.json, overrides.',
      }),
    ),
  );
}

/** A group that exists in no target that is asked for it is most likely misspelt. */
function misspeltGroups(examined: readonly ExaminedTarget[]): Finding[] {
  const asked = (groupsOf: (settings: AccountSettings) => readonly string[]): GroupsRead[] =>
    examined.map(({ target, groups: existing }) => {
      const groups = groupsOf(target.settings);
      return { groups, absent: existing && groups.filter((group) => !existing.has(group)) };
    });
  return [
    ...groupsMissingEverywhere(asked(({ groups }) => groups)).map(sweptNowhere),
    ...groupsMissingEverywhere(asked(({ exempt }) => exempt.groups)).map(exemptNowhere),
  ];
}

function sweptNowhere(found: GroupMissingEverywhere): Finding {
  return problem(
    'groups',
    { subject: `group ${found.group}` },
    {
      summary: `exists in ${noneOf(found, 'are asked for it')}`,
      impact:
        'If it is misspelt, the keys of its members stay; a run of the whole organization is incomplete because of it.',
      fix: 'Spell it as IAM does, or take it out of groups: accounts.json, defaults.groups and overrides.',
    },
  );
}

function exemptNowhere(found: GroupMissingEverywhere): Finding {
  return warning(
    'groups',
    { subject: `exempt group ${found.group}` },
    {
      summary: `exists in ${noneOf(found, 'are asked for it')}, so it leaves nobody out`,
      impact: 'If it is misspelt, users whom you meant to spare lose their keys.',
      fix: 'Spell it as IAM does, or take it out of exempt.groups.',
    },
  );
}
