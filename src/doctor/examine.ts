import { failureOf } from '../aws/calling.ts';
import { ConfigError } from '../config/errors.ts';
import type { DeployedSchedule } from './deployed/schedule.ts';
import { isDeployable } from '../deployment/names.ts';
import { newRunId } from '../ledger/run-id.ts';
import { describeOrganization, type Organization } from '../organization/describe.ts';
import { surveyOrganization } from '../sweep/survey/survey-organization.ts';
import { checkCaller } from './check-caller.ts';
import { checkCentralAccount } from './check-central-account.ts';
import { checkCoverage, notCovered } from './check-coverage.ts';
import { checkFunction } from './check-function.ts';
import { checkLastSweep } from './check-last-sweep.ts';
import { checkLedger } from './check-ledger.ts';
import { checkHourly } from './check-hourly.ts';
import { checkLeakRules } from './check-leak-rules.ts';
import { checkSchedule } from './check-schedule.ts';
import { checkStackSet } from './check-stack-set.ts';
import { checkStateMachine } from './check-state-machine.ts';
import { checkTargets } from './check-targets.ts';
import type { DoctorDependencies, DoctorContext } from './context.ts';
import { retryAdvice } from './inconclusive.ts';
import { CONFIG, inConfig, problem, unknown, type Examination, type Finding } from './finding.ts';

/** Checks all that the next sweep depends on, with reads only. What it could not check is a finding too. */
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
  const organization = await readOrganization(dependencies);
  if ('finding' in organization) return result({ findings: [organization.finding] });
  const runId = newRunId(startedAt, dependencies.random);
  const context = { ...dependencies, caller, organization, runId, startedAt };
  const accounts = await examineAccounts(context);
  const deployment = await examineDeployment(context);
  return result({
    findings: [
      ...(await checkCentralAccount(context, accounts.isDenied)),
      ...accounts.findings,
      ...deployment.findings,
    ],
    notCovered: accounts.notCovered,
    nextFirings: deployment.nextFirings,
  });
}

async function readOrganization({
  clients,
  deadline,
}: DoctorDependencies): Promise<Organization | { readonly finding: Finding }> {
  try {
    return await describeOrganization(clients.organizations, deadline.reading);
  } catch (error) {
    return { finding: listingFailed('The organization cannot be described', error) };
  }
}

const ORGANIZATION = { subject: 'organization' };

function listingFailed(what: string, error: unknown): Finding {
  const failure = failureOf('organizations:ListAccounts', error);
  return problem('list-accounts', ORGANIZATION, {
    summary: `${what} (${failure.code})`,
    impact: 'A sweep enters no account until it can list all of them.',
    fix: retryAdvice(failure),
    detail: failure.message,
  });
}

async function examineAccounts(
  context: DoctorContext,
): Promise<Pick<Examination, 'findings' | 'notCovered'> & { readonly isDenied: boolean }> {
  try {
    const survey = await surveyOrganization(context, {});
    const findings = [
      ...(await checkTargets(survey, context)),
      ...checkCoverage(survey, context.config, context.startedAt),
    ];
    return { findings, notCovered: notCovered(survey, context.config, context.startedAt), isDenied: false };
  } catch (error) {
    if (error instanceof ConfigError)
      return { findings: unknownNames(error), notCovered: [], isDenied: false };
    const isDenied = failureOf('organizations:ListAccounts', error).kind === 'denied';
    const findings = [listingFailed('The accounts cannot all be listed', error)];
    return { findings, notCovered: [], isDenied };
  }
}

function unknownNames({ problems }: ConfigError): Finding[] {
  return problems.map(({ path, value, expected, nearest }) => {
    const name = String(value);
    return problem('configuration', inConfig(path), {
      summary: `accounts.json names ${name}, which is not in the organization; no account was checked`,
      impact: 'No run starts: with a misspelled opt-out, the account that it means would be swept.',
      fix:
        nearest === undefined
          ? `Replace it with ${expected ?? 'one that exists'}, or remove it.`
          : `Did you mean ${nearest}? Otherwise remove it.`,
    });
  });
}

async function examineDeployment(
  context: DoctorContext,
): Promise<Pick<Examination, 'findings' | 'nextFirings'>> {
  const { config, deployed, caller, store } = context;
  const ledger = await checkLedger(context);
  const lastSweep = async (schedule?: DeployedSchedule): Promise<readonly Finding[]> =>
    ledger.isReadable ? checkLastSweep(store, schedule, context) : [];
  if (!isDeployable(config) || deployed === undefined)
    return { findings: [...ledger.findings, ...(await lastSweep()), NOT_DEPLOYED], nextFirings: [] };
  const { account } = config.deployment;
  if (account !== caller.accountId) {
    const findings = [...ledger.findings, ...(await lastSweep()), inOtherAccount(account, caller.accountId)];
    return { findings, nextFirings: [] };
  }
  const runs = [
    ...(await checkFunction(config, deployed, context)),
    ...(await checkStateMachine(config, context)),
    ...(await checkLeakRules(config, context)),
    ...(await checkStackSet(config, deployed, context)),
  ];
  const { findings, schedule, nextFirings } = await checkSchedule(config, deployed, context);
  const hourly = await checkHourly(config, deployed, context);
  return {
    findings: [...runs, ...findings, ...hourly, ...ledger.findings, ...(await lastSweep(schedule))],
    nextFirings,
  };
}

const NOT_DEPLOYED = unknown('deployment', CONFIG, {
  summary: 'accounts.json has no deployment, so no Lambda, schedule or role was checked',
  impact: 'Nothing is swept on schedule with this file.',
  fix: 'This is right if you sweep from a terminal. Otherwise see docs/deployment.md.',
});

function inOtherAccount(account: string, own: string): Finding {
  const subject = { subject: `account ${account}`, accountId: account };
  return unknown('deployment', subject, {
    summary: `The Lambda and its schedule are in account ${account}, but your credentials belong to ${own}`,
    impact: 'doctor cannot check them from there.',
    fix: `Run doctor with a role in ${account}.`,
  });
}
