import type { FunctionConfiguration } from '@aws-sdk/client-lambda';

import type { Deployment } from '../config/deployment-schema.ts';
import { configSha256 } from '../config/hash.ts';
import { readFunction, readRetries } from './deployed/function.ts';
import {
  deploymentNames,
  LEAKS_FUNCTION,
  ROTATOR_FUNCTION,
  ROTATOR_VARIABLES,
  WORKER_HANDLER,
  type DeployableConfig,
} from '../deployment/names.ts';
import { proxyVariables } from '../deployment/proxy-variables.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { DEPLOY, ok, problem, problemIf, REDEPLOY, unknown, type Finding, type Subject } from './finding.ts';
import type { DeployedClients } from './deployed/clients.ts';

export async function checkFunction(
  config: DeployableConfig,
  { lambda }: DeployedClients,
  { deadline: { reading } }: DoctorContext,
): Promise<Finding[]> {
  const { functionName, workerName, leaksName } = deploymentNames(config.deployment);
  const subject = { subject: `Lambda ${functionName}` };
  const rotator = await checkLambda(
    { functionName, handler: ROTATOR_FUNCTION.handler },
    config,
    lambda,
    reading,
  );
  const retries = rotator.exists ? await checkRetries(lambda, functionName, subject, reading) : [];
  // The retries of these do not matter: nothing happens twice.
  const others = [
    ...(config.deployment.engine === 'step-functions' ? [[workerName, WORKER_HANDLER] as const] : []),
    ...(config.leaks ? [[leaksName, LEAKS_FUNCTION.handler] as const] : []),
  ];
  const findings = [...rotator.findings, ...retries];
  for (const [name, handler] of others)
    findings.push(...(await checkLambda({ functionName: name, handler }, config, lambda, reading)).findings);
  return findings;
}

async function checkLambda(
  { functionName, handler }: { readonly functionName: string; readonly handler: string },
  config: DeployableConfig,
  lambda: DeployedClients['lambda'],
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly exists: boolean }> {
  const subject = { subject: `Lambda ${functionName}` };
  try {
    const found = await readFunction(lambda, functionName, signal);
    if (!found) return { findings: [missing(subject, config)], exists: false };
    const changed = compareSettings(found, handler, config.deployment, subject);
    const since = found.LastModified ?? 'at an unknown time';
    const settings =
      changed.length > 0 ? changed : [ok('function', subject, `exists, last changed ${since}`)];
    return { findings: [...settings, compareConfiguration(found, config, subject)], exists: true };
  } catch (error) {
    const findings = [inconclusive('function', subject, 'whether the Lambda exists', error)];
    return { findings, exists: false };
  }
}

function missing(subject: Subject, { deployment: { region, account } }: DeployableConfig): Finding {
  return problem('function', subject, {
    summary: `The Lambda does not exist in ${region} of account ${account}`,
    impact: 'Nothing is swept on schedule.',
    fix: DEPLOY,
  });
}

function compareSettings(
  { Runtime, Handler, Timeout, State, Environment, VpcConfig }: FunctionConfiguration,
  handler: string,
  deployment: Deployment,
  subject: Subject,
): Finding[] {
  const { vpc } = deployment;
  const { runtime, timeoutSeconds } = ROTATOR_FUNCTION;
  const variables = Environment?.Variables ?? {};
  const compare = (name: string, actual?: string | number, expected?: string | number) =>
    problemIf(actual !== expected, 'function', subject, {
      summary: `The Lambda's ${name} is ${actual ?? 'not set'} instead of ${expected ?? 'not set'}`,
      impact: 'It was changed outside the deployment; the sweep may fail, or write its ledger elsewhere.',
      fix: REDEPLOY,
    });
  return [
    ...compare('runtime', Runtime, runtime),
    ...compare('handler', Handler, handler),
    ...compare('timeout in seconds', Timeout, timeoutSeconds),
    ...compare('state', State, 'Active'),
    ...compare(
      ROTATOR_VARIABLES.ledger,
      variables[ROTATOR_VARIABLES.ledger],
      deploymentNames(deployment).ledgerUrl,
    ),
    ...Object.entries(proxyVariables(deployment)).flatMap(([name, expected]) =>
      // Set by hand, it may hold a password.
      compare(name, variables[name]?.replace(/\/\/[^/]*@/, '//'), expected),
    ),
    ...compare('list of subnets', joined(VpcConfig?.SubnetIds), joined(vpc?.subnets)),
    ...compare('list of security groups', joined(VpcConfig?.SecurityGroupIds), joined(vpc?.securityGroups)),
  ];
}

function joined(ids: readonly string[] = []): string | undefined {
  return ids.toSorted().join(' ') || undefined;
}

function compareConfiguration(
  { Environment }: FunctionConfiguration,
  config: DeployableConfig,
  subject: Subject,
): Finding {
  const deployed = Environment?.Variables?.[ROTATOR_VARIABLES.configSha256];
  const own = configSha256(config);
  if (deployed === own) return ok('deployed-configuration', subject, 'deployed with this accounts.json');
  if (deployed === undefined) {
    return unknown('deployed-configuration', subject, {
      summary: 'The Lambda does not say which configuration it was deployed with',
      impact: 'It may differ from this file. The keysweep that deployed the Lambda did not record it.',
      fix: 'Run npm run deploy.',
    });
  }
  return problem('deployed-configuration', subject, {
    summary: 'The Lambda was deployed with a different accounts.json',
    impact: 'The next sweep uses the deployed configuration, not this file.',
    fix:
      'Deploy this file (npm run deploy), or pass the deployed one with --config FILE. ' +
      'Another version of keysweep may use other defaults.',
    detail: `SHA-256 deployed ${deployed.slice(0, 12)}…, here ${own.slice(0, 12)}…`,
  });
}

async function checkRetries(
  lambda: DeployedClients['lambda'],
  functionName: string,
  subject: Subject,
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const expected = ROTATOR_FUNCTION.maximumRetryAttempts;
    const count = await readRetries(lambda, functionName, signal);
    return problemIf(count !== expected, 'function', subject, {
      summary: `Lambda retries a failed run up to ${count} times instead of ${expected}`,
      impact: 'A person must check a failed sweep first; a retry revokes keys outside the scheduled time.',
      fix: REDEPLOY,
    });
  } catch (error) {
    return [inconclusive('function', subject, 'whether Lambda retries a failed sweep', error)];
  }
}
