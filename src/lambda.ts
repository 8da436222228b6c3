import type { Context } from 'aws-lambda';

import { RunNotOkError } from './rotator/errors.ts';
import { parseEvent, type RotatorEvent } from './rotator/event.ts';
import type { RunSummary } from './ledger/record.ts';
import { handleEvent, type NothingToDo } from './rotator/handle-event.ts';
import { publishInterrupted } from './rotator/publish-metrics.ts';
import { logInvocation, metrics, withRotator } from './rotator/rotator.ts';
import { describeFailedRun } from './rotator/run-end.ts';

export { leaks } from './rotator/leaks.ts';
export { worker } from './rotator/worker.ts';

/**
 * Handles an event from a schedule or a person.
 * @param input what {@link parseEvent} takes, such as `{ "mode": "plan" }`
 * @returns the run's summary, or why there was no run
 * @throws InvalidEventError, ConfigError: nothing was done. RunNotOkError: see the ledger. SweepMissedError:
 * from the watchdog. Any other error: the run was interrupted.
 */
export function handler(input: unknown, context: Context): Promise<RunSummary | NothingToDo> {
  return logInvocation(context, 'invocation failed', async () => {
    const result = await handleParsed(parseEvent(input), context);
    if ('nothingToDo' in result || result.verdict === 'ok') return result;
    throw new RunNotOkError(describeFailedRun(result));
  });
}

async function handleParsed(event: RotatorEvent, context: Context): Promise<RunSummary | NothingToDo> {
  try {
    return await withRotator(context, (rotator) => handleEvent(event, rotator));
  } catch (error) {
    // Missed sweeps have their own metric.
    if (event.mode !== 'watchdog') publishInterrupted(metrics, event.mode, event.accounts !== undefined);
    throw error;
  }
}
