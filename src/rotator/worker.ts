import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';

import type { Config } from '../config/schema.ts';
import { isDeployable } from '../deployment/names.ts';
import { RunNotStartedError } from '../batches/errors.ts';
import { runStep } from '../batches/run-step.ts';
import { parseStep, rateShare, type Step } from '../batches/step.ts';
import { METRICS_NAMESPACE } from '../report/metrics.ts';
import { notifyNotStarted, reportEnd, storeReport } from './run-and-report.ts';
import { openRotator } from './rotator.ts';
import { stepOutcome } from './run-end.ts';
import { deadlineIn } from '../sweep/deadline.ts';

const logger = new Logger({ serviceName: 'keysweep' });
const metrics = new Metrics({ serviceName: 'keysweep', namespace: METRICS_NAMESPACE });

/**
 * Executes one step of a run of the state machine. The last step sends the notices.
 * @param event a step, as docs/scale.md describes it
 * @throws InvalidStepError, ConfigError: nothing was done. After any other error the step may be retried.
 */
export async function worker(event: unknown, context: Context): Promise<object> {
  logger.addContext(context);
  try {
    const step = parseStep(event);
    logger.info('step started', { step });
    return await execute(step, context);
  } catch (error) {
    logger.error('step failed', { error });
    throw error;
  }
}

async function execute(step: Step, context: Context): Promise<object> {
  const share = (config: Config): number => rateShare(step, stepFunctionsOf(config).maxConcurrency);
  const rotator = await openRotator(context, { logger, metrics }, share);
  try {
    const deadline = deadlineIn(context.getRemainingTimeInMillis());
    const { batchSize } = stepFunctionsOf(rotator.config);
    const result = await runStep(step, batchSize, { ...rotator, deadline }).catch(async (error: unknown) => {
      if (step.step === 'conclude' && error instanceof RunNotStartedError)
        await notifyNotStarted(step, error, rotator);
      throw error;
    });
    if (!('verdict' in result)) return result;
    await reportEnd(result, rotator);
    await storeReport(result.runId, rotator);
    return stepOutcome(result);
  } finally {
    rotator.clients.close();
  }
}

function stepFunctionsOf(config: Config) {
  if (!isDeployable(config))
    throw new Error('accounts.json has no deployment, so this Lambda cannot run it. Run npm run deploy.');
  return config.deployment.stepFunctions;
}
