import { failureOf } from '../aws/calling.ts';
import { ConfigError } from '../config/errors.ts';
import type { DeployedSchedule } from './deployed/schedule.ts';
import { isDeployable } from '../deployment/names.ts';
import { newRunId } from '../ledger/run-id.ts';
import { describeOrganization, type Organization } from '../organization/describe.ts';
import { advice } from '../aws/advice.ts';
import { surveyOrganization } from '../sweep/survey/survey-organization.ts';
import { checkCaller } from './check-caller.ts';
import { checkCentralAccount } from './check-central-account.ts';
import { checkCoverage, notCovered } from './check-coverage.ts';
import { checkFunction } from './check-function.ts';
import { checkLastSweep } from './check-last-sweep.ts';
import { checkLedger } from './check-ledger.ts';
import { checkHourly } from './check-hourly.ts';
import { checkSchedule, type ExaminedSchedule } from './check-schedule.ts';
import { checkStateMachine } from './check-state-machine.ts';
import { checkTargets } from './check-targets.ts';
import type { DoctorDependencies, DoctorContext } from './context.ts';
import { problem, unknown, type Examination, type Finding, type NotCovered } from './finding.ts';

/**
 * Looks at everything that the next sweep rests on. It only reads, and enters accounts in sessions that can only read. What
 * could not be looked at is a finding too.
 */
export async function examine(dependencies: DoctorDependencies): Promise<Examination> {
  const { config, now } = dependencies;
  const startedAt = now();
  const { caller, findings } = await checkCaller(dependencies);
  const result = (more: Partial<Examination> & { readonly findings: readonly Finding[] }): Examination => ({
    at: startedAt,
    notCovered: [],
    nextFirings: [],
    timezone: config.schedule.timezone,
    ...more,
    findings: [...findings, ...more.findings],
  });
  if (caller === undefined) return result({ findings: [] });
  const organization = await organizationOrWhyNot(dependencies);
  if ('finding' in organization) return result({ findings: [organization.finding] });
  const runId = newRunId(startedAt, dependencies.random);
  const context = { ...dependencies, caller, organization, runId, startedAt };
  const accounts = await examineAccounts(context);
  const deployment = await examineDeployment(context);
  return result({
    findings: [...(await checkCentralAccount(context)), ...accounts.findings, ...deployment.findings],
    notCovered: accounts.notCovered,
    nextFirings: deployment.nextFirings,
  });
}

async function organizationOrWhyNot({
  clients,
  deadline,
}: DoctorDependencies): Promise<Organization | { readonly finding: Finding }> {
  try {
    return await describeOrganization(clients.organizations, deadline.reading);
  } catch (error) {
    return { finding: cannotList('the organization cannot be described', error) };
  }
}

function cannotList(what: string, error: unknown): Finding {
  const failure = failureOf('organizations:ListAccounts', error);
  return problem(
    'list-accounts',
    { subject: 'the organization' },
    {
      summary: `${what} (${failure.code})`,
      impact: 'A sweep that does not know every account enters none.',
      fix: advice(failure) ?? 'Run doctor again; if it stays so, the detail in --json is what AWS says.',
      detail: failure.message,
    },
  );
}

interface ExaminedAccounts {
  readonly findings: readonly Finding[];
  readonly notCovered: readonly NotCovered[];
}

async function examineAccounts(context: DoctorContext): Promise<ExaminedAccounts> {
  try {
    const survey = await surveyOrganization(context, {});
    const findings = [
      ...(await checkTargets(survey, context)),
      ...checkCoverage(survey, context.config, context.startedAt),
    ];
    return { findings, notCovered: notCovered(survey) };
  } catch (error) {
    if (error instanceof ConfigError) return { findings: unknownNames(error), notCovered: [] };
    return { findings: [cannotList('the accounts cannot all be listed', error)], notCovered: [] };
  }
}

function unknownNames({ problems }: ConfigError): Finding[] {
  return problems.map(({ path, value, expected, nearest }) =>
    problem(
      'configuration',
      { subject: `accounts.json, ${path}` },
      {
        summary: `names ${String(value)}, which the organization does not have; no account was looked at`,
        impact: 'No run goes through: behind a misspelt opt-out stands an account that would be swept.',
        fix:
          nearest === undefined
            ? `Write there ${expected}, or take it out.`
            : `Did you mean ${nearest}? Otherwise take it out.`,
      },
    ),
  );
}

async function examineDeployment(context: DoctorContext): Promise<Omit<ExaminedSchedule, 'schedule'>> {
  const { config, deployed, caller, store } = context;
  const ledger = await checkLedger(context);
  const lastSweep = async (schedule?: DeployedSchedule): Promise<readonly Finding[]> =>
    ledger.isReadable ? checkLastSweep(store, schedule, context) : [];
  if (!isDeployable(config) || deployed === undefined)
    return { findings: [...ledger.findings, ...(await lastSweep()), NOT_DEPLOYED], nextFirings: [] };
  const { account } = config.deployment;
  if (account !== caller.accountId) {
    const findings = [...ledger.findings, ...(await lastSweep()), elsewhere(account, caller.accountId)];
    return { findings, nextFirings: [] };
  }
  const runs = [
    ...(await checkFunction(config, deployed, context)),
    ...(await checkStateMachine(config, context)),
  ];
  const { findings, schedule, nextFirings } = await checkSchedule(config, deployed, context);
  const hourly = await checkHourly(config, deployed, context);
  return {
    findings: [...runs, ...findings, ...hourly, ...ledger.findings, ...(await lastSweep(schedule))],
    nextFirings,
  };
}

const NOT_DEPLOYED = unknown(
  'deployment',
  { subject: 'accounts.json' },
  {
    summary: 'names no deployment, so no Lambda, no schedule and no role was looked at',
    impact: 'Nothing sweeps on schedule from this file.',
    fix: 'For sweeps from a terminal that is right. Otherwise: docs/deployment.md.',
  },
);

function elsewhere(account: string, own: string): Finding {
  return unknown(
    'deployment',
    { subject: `account ${account}`, accountId: account },
    {
      summary: `holds the Lambda and its schedule, and your credentials are of ${own}`,
      impact: 'Neither can be looked at from there.',
      fix: `Run doctor with a role of ${account}.`,
    },
  );
}
