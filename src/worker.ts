import { join } from 'node:path';

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';

import { openClients } from './access/clients.ts';
import { socketsFor } from './access/sockets.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { isDeployable, ROTATOR_VARIABLES } from './deployment.ts';
import { runStep } from './fan-out/run-step.ts';
import { parseStep, type Step } from './fan-out/step.ts';
import { openStore } from './ledger/open-store.ts';
import type { RunSummary } from './ledger/record.ts';
import { METRICS_NAMESPACE, metricsOf } from './report/metrics.ts';
import { deadlineIn } from './sweep/deadline.ts';

const logger = new Logger({ serviceName: 'keysweep' });
const metrics = new Metrics({ serviceName: 'keysweep', namespace: METRICS_NAMESPACE });

/** What the last step tells the state machine, which fails with the cause unless the verdict is ok. */
export interface Concluded {
  readonly runId: string;
  readonly verdict: RunSummary['verdict'];
  readonly cause: string;
}

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
    return 'verdict' in result ? concluded(result) : result;
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
    throw new Error('accounts.json has no deployment: it was not deployed from here');
  return config.deployment.stepFunctions;
}

function concluded(summary: RunSummary): Concluded {
  // A run of some accounts says nothing of the week's sweep, and must not quiet the alarm on its absence.
  metrics.addDimension('mode', summary.filtered ? `filtered-${summary.mode}` : summary.mode);
  for (const { name, unit, value } of metricsOf(summary)) metrics.addMetric(name, unit, value);
  metrics.publishStoredMetrics();
  logger.info('the run has ended', { summary });
  const { runId, verdict } = summary;
  return { runId, verdict, cause: whyNotOk(summary) };
}

/** The cause of a failed execution takes 32,768 characters: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html */
const LONGEST_CAUSE = 30_000;

function whyNotOk({ runId, verdict, accounts, exceeded, problems }: RunSummary): string {
  const lines = [
    `run ${runId} is ${verdict}: ${JSON.stringify(accounts)}`,
    ...exceeded.map(({ message }) => message),
    ...problems,
  ];
  return lines.join('\n').slice(0, LONGEST_CAUSE);
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
