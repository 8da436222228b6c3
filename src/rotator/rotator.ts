import { join } from 'node:path';

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';

import { openClients, type Clients } from '../aws/clients.ts';
import { maxSockets } from '../aws/max-sockets.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { openStore } from '../ledger/open-store.ts';
import { openNotifier, type Notifier } from '../publish/notify.ts';
import { METRICS_NAMESPACE } from '../report/metrics.ts';

export interface Rotator {
  readonly config: Config;
  readonly clients: Clients;
  readonly store: ObjectStore;
  readonly context: Context;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
}

const logger = new Logger({ serviceName: 'keysweep' });
export const metrics = new Metrics({ serviceName: 'keysweep', namespace: METRICS_NAMESPACE });

/** The frame of every invocation: its log entries name it, and what it throws is logged. */
export async function logInvocation<Result>(
  context: Context,
  failure: string,
  work: (log: Logger) => Promise<Result>,
): Promise<Result> {
  logger.addContext(context);
  try {
    return await work(logger);
  } catch (error) {
    logger.error(failure, { error });
    throw error;
  }
}

/**
 * Reads accounts.json beside the bundle, opens clients and ledger, and closes the clients after the work.
 * @param organizationsShare this process's share of the rate limits of Organizations
 * @throws ConfigError, LedgerLocationError, Error
 */
export async function withRotator<Result>(
  context: Context,
  work: (rotator: Rotator) => Promise<Result>,
  organizationsShare: (config: Config) => number = () => 1,
): Promise<Result> {
  const config = await loadConfig(
    process.env['KEYSWEEP_CONFIG'] ?? join(process.env['LAMBDA_TASK_ROOT'] ?? '.', 'accounts.json'),
  );
  const ledger = required('KEYSWEEP_LEDGER');
  const clients = openClients({
    sockets: maxSockets(config),
    organizationsShare: organizationsShare(config),
  });
  const store = openStore(ledger, clients, config);
  try {
    return await work({ config, clients, store, context, logger, metrics, now: () => new Date() });
  } finally {
    clients.close();
  }
}

/** Left for the report page and the end of the invocation. */
const SPARE_MILLISECONDS = 8_000;

/** Its signal aborts when the invocation runs out of time. */
export function notifierOf({ config, clients, context, now }: Rotator): Notifier {
  const left = Math.max(0, context.getRemainingTimeInMillis() - SPARE_MILLISECONDS);
  return openNotifier(config, clients, now, AbortSignal.timeout(left));
}

function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`The environment variable ${name} is not set. Run npm run deploy, which sets it.`);
  return value;
}
