import type { Context } from 'aws-lambda';

import type { Config } from '../config/schema.ts';
import { isDeployable } from '../deployment/names.ts';
import { RunNotStartedError } from '../batches/errors.ts';
import { runStep } from '../batches/run-step.ts';
import { parseStep, rateShare, type Step } from '../batches/step.ts';
import { notifyNotStarted, reportEnd, storeReport } from './run-and-report.ts';
import { logInvocation, withRotator, type Rotator } from './rotator.ts';
import { stepOutcome } from './run-end.ts';
import { deadlineIn } from '../sweep/deadline.ts';

/**
 * Executes one step of a run of the state machine. The last step sends the notices.
 * @param event a step, as docs/scale.md describes it
 * @throws InvalidStepError, ConfigError: nothing was done. After any other error the step may be retried.
 */
export function worker(event: unknown, context: Context): Promise<object> {
  return logInvocation(context, 'step failed', async (logger) => {
    const step = parseStep(event);
    logger.info('step started', { step });
    const share = (config: Config): number => rateShare(step, stepFunctionsOf(config).maxConcurrency);
    return withRotator(context, (rotator) => execute(step, rotator), share);
  });
}

async function execute(step: Step, rotator: Rotator): Promise<object> {
  const deadline = deadlineIn(rotator.context.getRemainingTimeInMillis());
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
}

function stepFunctionsOf(config: Config) {
  if (!isDeployable(config))
    throw new Error('accounts.json has no deployment, so this Lambda cannot run it. Run npm run deploy.');
  return config.deployment.stepFunctions;
}
