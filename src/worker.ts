import { join } from 'node:path';

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';

import { openClients } from './access/clients.ts';
import { socketsFor } from './access/sockets.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { isDeployable, ROTATOR_VARIABLES } from './deployment.ts';
import { concluded } from './fan-out/concluded.ts';
import { runStep } from './fan-out/run-step.ts';
import { parseStep, type Step } from './fan-out/step.ts';
import { openStore } from './ledger/open-store.ts';
import type { RunSummary } from './ledger/record.ts';
import { METRICS_NAMESPACE } from './report/metrics.ts';
import { publishRun } from './rotator/publish-metrics.ts';
import { deadlineIn } from './sweep/deadline.ts';

const logger = new Logger({ serviceName: 'keysweep' });
const metrics = new Metrics({ serviceName: 'keysweep', namespace: METRICS_NAMESPACE });

/**
 * One step of a run that the state machine of the engine `step-functions` makes.
 * @param event as docs/scale.md describes the steps
 * @throws InvalidStepError, ConfigError: nothing was done. Any other: the step may be taken again.
 */
export async function worker(event: unknown, context: Context): Promise<object> {
  logger.addContext(context);
  try {
    const step = parseStep(event);
    logger.info('a step begins', { step });
    const result = await take(step, context);
    if (!('verdict' in result)) return result;
    report(result);
    return concluded(result);
  } catch (error) {
    logger.error('a step failed', { error });
    throw error;
  }
}

async function take(step: Step, context: Context) {
  const config = await loadConfig(
    process.env['KEYSWEEP_CONFIG'] ?? join(process.env['LAMBDA_TASK_ROOT'] ?? '.', 'accounts.json'),
  );
  const { batchSize, maxConcurrency } = stepFunctionsOf(config);
  const isOneOfMany = step.step === 'plan' || step.step === 'apply';
  const clients = openClients({
    sockets: socketsFor(config),
    organizationsShare: isOneOfMany ? 1 / maxConcurrency : 1,
  });
  try {
    const store = openStore(required(ROTATOR_VARIABLES.ledger), clients.s3);
    const deadline = deadlineIn(context.getRemainingTimeInMillis());
    return await runStep(step, batchSize, { config, clients, store, deadline, now: () => new Date() });
  } finally {
    clients.close();
  }
}

function stepFunctionsOf(config: Config) {
  if (!isDeployable(config))
    throw new Error('accounts.json has no deployment, so this Lambda was not made from it: npm run deploy');
  return config.deployment.stepFunctions;
}

function report(summary: RunSummary): void {
  publishRun(metrics, summary);
  logger.info('the run has ended', { summary });
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set: npm run deploy sets it`);
  return value;
}
