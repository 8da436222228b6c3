import { configSha256 } from '../config/hash.ts';
import { readFunction, readRetries, type DeployedFunction } from './deployed/function.ts';
import {
  deploymentNames,
  ROTATOR_FUNCTION,
  ROTATOR_VARIABLES,
  WORKER_HANDLER,
  type DeployableConfig,
} from '../deployment/names.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { ok, problem, unknown, type Finding, type Subject } from './finding.ts';
import type { DeployedClients } from './deployed/clients.ts';

const REDEPLOY = 'npm run deploy puts it back; find out who changed it.';

/** Whether the Lambda is there as it was deployed, and with which configuration. */
export async function checkFunction(
  config: DeployableConfig,
  { lambda }: DeployedClients,
  { deadline: { reading } }: DoctorContext,
): Promise<Finding[]> {
  const { functionName, workerName } = deploymentNames(config.deployment);
  const place = { subject: `Lambda ${functionName}` };
  const rotator = await checkLambda(
    { functionName, handler: ROTATOR_FUNCTION.handler },
    config,
    lambda,
    reading,
  );
  const repeats = rotator.isThere ? await retries(lambda, functionName, place, reading) : [];
  if (config.deployment.engine !== 'step-functions') return [...rotator.findings, ...repeats];
  // The state machine starts it, waits for it, and sees to repeating it.
  const worker = { functionName: workerName, handler: WORKER_HANDLER };
  const { findings } = await checkLambda(worker, config, lambda, reading);
  return [...rotator.findings, ...repeats, ...findings];
}

/** One Lambda, and the configuration that it was deployed with. */
async function checkLambda(
  { functionName, handler }: { readonly functionName: string; readonly handler: string },
  config: DeployableConfig,
  lambda: DeployedClients['lambda'],
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly isThere: boolean }> {
  const place = { subject: `Lambda ${functionName}` };
  try {
    const found = await readFunction(lambda, functionName, signal);
    if (!found) return { findings: [missing(place, config)], isThere: false };
    const changed = changes(found, handler, deploymentNames(config.deployment).ledgerUrl, place);
    const fine = ok('function', place, `is there, last changed ${found.modifiedAt ?? 'nobody knows when'}`);
    const findings = [...(changed.length > 0 ? changed : [fine]), configuration(found, config, place)];
    return { findings, isThere: true };
  } catch (error) {
    const findings = [inconclusive('function', place, 'whether the Lambda is there', error)];
    return { findings, isThere: false };
  }
}

function missing(place: Subject, { deployment: { region, account } }: DeployableConfig): Finding {
  return problem('function', place, {
    summary: `is not there, in ${region} of account ${account}`,
    impact: 'Nothing sweeps on schedule.',
    fix: 'npm run deploy (docs/deployment.md)',
  });
}

function changes(found: DeployedFunction, handler: string, ledgerUrl: string, place: Subject): Finding[] {
  const { runtime, timeoutSeconds } = ROTATOR_FUNCTION;
  const compared: readonly (readonly [
    name: string,
    actual: string | number | undefined,
    expected: string | number,
  ])[] = [
    ['runtime', found.runtime, runtime],
    ['handler', found.handler, handler],
    ['timeout in seconds', found.timeoutSeconds, timeoutSeconds],
    ['state', found.state, 'Active'],
    [ROTATOR_VARIABLES.ledger, found.environment[ROTATOR_VARIABLES.ledger], ledgerUrl],
  ];
  return compared
    .filter(([, actual, expected]) => actual !== expected)
    .map(([name, actual, expected]) =>
      problem('function', place, {
        summary: `has ${name} ${actual ?? '(none)'}; deployed is ${expected}`,
        impact:
          'Somebody changed it beside the deployment; the sweep may fail, or keep its ledger elsewhere.',
        fix: REDEPLOY,
      }),
    );
}

function configuration(found: DeployedFunction, config: DeployableConfig, place: Subject): Finding {
  const deployed = found.environment[ROTATOR_VARIABLES.configSha256];
  const own = configSha256(config);
  if (deployed === own) return ok('deployed-configuration', place, 'has this accounts.json');
  if (deployed === undefined) {
    return unknown('deployed-configuration', place, {
      summary: 'does not tell which configuration it has',
      impact: 'It was deployed by a keysweep that did not write that down.',
      fix: 'npm run deploy',
    });
  }
  return problem('deployed-configuration', place, {
    summary: 'has another configuration than this accounts.json',
    impact: 'The next sweep follows what was deployed, not the file that you look at.',
    fix: 'Deploy this file (npm run deploy), or name the file that was: --config FILE. Another version of keysweep may fill in other defaults.',
    detail: `SHA-256 there ${deployed.slice(0, 12)}…, here ${own.slice(0, 12)}…`,
  });
}

async function retries(
  lambda: DeployedClients['lambda'],
  functionName: string,
  place: Subject,
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const count = await readRetries(lambda, functionName, signal);
    if (count === ROTATOR_FUNCTION.maximumRetryAttempts) return [];
    return [
      problem('function', place, {
        summary: `is started again up to ${count} times after it failed; deployed is ${ROTATOR_FUNCTION.maximumRetryAttempts}`,
        impact: 'A failed sweep is for a person to look at; repeated by itself, it revokes outside its time.',
        fix: REDEPLOY,
      }),
    ];
  } catch (error) {
    return [inconclusive('function', place, 'whether Lambda repeats a failed sweep', error)];
  }
}
