import { join } from 'node:path';

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';

import { openClients } from './access/clients.ts';
import { socketsFor } from './access/sockets.ts';
import { loadConfig } from './config/load.ts';
import { parseEvent, type SweepEvent } from './lambda-event.ts';
import type { ObjectStore } from './ledger/object-store.ts';
import { openStore } from './ledger/open-store.ts';
import type { RunSummary } from './ledger/record.ts';
import { newRunId, randomDigits } from './ledger/run-id.ts';
import { storePageOfEnded } from './page/run-page.ts';
import { METRICS_NAMESPACE, metricsOf } from './report/metrics.ts';
import { deadlineIn } from './sweep/deadline.ts';
import { runSweep } from './sweep/run.ts';

export { worker } from './worker.ts';

const logger = new Logger({ serviceName: 'keysweep' });
const metrics = new Metrics({ serviceName: 'keysweep', namespace: METRICS_NAMESPACE });

/** The run ended and was not ok; its ledger is stored. Thrown, so that AWS counts the invocation as failed. */
export class RunNotOkError extends Error {
  override readonly name = 'RunNotOkError';
}

/**
 * One scheduled run.
 * @param input `{ "mode": "plan" | "sweep", "accounts"?: [...], "runId"?: "..." }`
 * @returns the run's summary
 * @throws InvalidEventError, ConfigError: nothing was done. RunNotOkError: see the ledger. Any other: the run broke off.
 */
export async function handler(input: unknown, context: Context): Promise<RunSummary> {
  logger.addContext(context);
  try {
    const event = parseEvent(input);
    const summary = await run(event, context);
    if (summary.verdict === 'ok') return summary;
    throw new RunNotOkError(whyNotOk(summary));
  } catch (error) {
    logger.error('the run is not ok', { error });
    throw error;
  }
}

async function run({ mode, accounts, runId }: SweepEvent, context: Context): Promise<RunSummary> {
  const config = await loadConfig(
    process.env['KEYSWEEP_CONFIG'] ?? join(process.env['LAMBDA_TASK_ROOT'] ?? '.', 'accounts.json'),
  );
  const clients = openClients({ sockets: socketsFor(config) });
  const store = openStore(required('KEYSWEEP_LEDGER'), clients.s3);
  const id = runId ?? newRunId(new Date(), randomDigits);
  try {
    const dependencies = {
      config,
      clients,
      store,
      deadline: deadlineIn(context.getRemainingTimeInMillis()),
      progress: () => undefined,
      now: () => new Date(),
      random: randomDigits,
      // One for each execution environment, whose host names are all alike.
      host: context.logStreamName,
    };
    const summary = await runSweep({ mode, runId: id, filters: { accounts } }, dependencies);
    report(summary);
    return summary;
  } finally {
    await keepPage(store, id, context);
    clients.close();
  }
}

/** Of the time that is left, for the end of the invocation. */
const SPARE_MILLISECONDS = 5000;

/** Comes last and never rejects: a page that cannot be made, or not in time, changes nothing of the run. */
async function keepPage(store: ObjectStore, runId: string, context: Context): Promise<void> {
  const left = context.getRemainingTimeInMillis() - SPARE_MILLISECONDS;
  const problem = await storePageOfEnded(store, runId, left);
  if (problem !== undefined) logger.warn('the page of the run is not there', { runId, problem });
}

function report(summary: RunSummary): void {
  // A run of some accounts says nothing of the week's sweep, and must not quiet the alarm on its absence.
  metrics.addDimension('mode', summary.filtered ? `filtered-${summary.mode}` : summary.mode);
  for (const { name, unit, value } of metricsOf(summary)) metrics.addMetric(name, unit, value);
  metrics.publishStoredMetrics();
  logger.info('the run has ended', { summary });
}

/** All that those see whom Lambda tells of the error. */
function whyNotOk({ runId, verdict, accounts, exceeded, problems }: RunSummary): string {
  return [
    `run ${runId} is ${verdict}: ${JSON.stringify(accounts)}`,
    ...exceeded.map(({ message }) => message),
    ...problems,
  ].join('\n');
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
