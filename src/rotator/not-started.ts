import type { RunNotStartedError } from '../batches/errors.ts';
import { runIdOf, type Step } from '../batches/step.ts';
import { notifyFailure } from './run-and-report.ts';
import { publishInterrupted } from './publish-metrics.ts';
import type { Rotator } from './rotator.ts';

/** Notifies as the engine `lambda` does after an error: such a run has no summary. Never rejects. */
export async function notifyNotStarted(
  { execution, start: { mode, accounts, scheduledFor } }: Extract<Step, { step: 'conclude' }>,
  { name, message }: RunNotStartedError,
  rotator: Rotator,
): Promise<void> {
  publishInterrupted(rotator.metrics, mode, accounts !== undefined);
  const failure = { runId: runIdOf(execution), scheduledFor, problem: `${name}: ${message}` };
  if (mode === 'sweep') await notifyFailure({ reason: 'interrupted', ...failure }, rotator);
}
