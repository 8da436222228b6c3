import type { RunNeverBeganError } from '../batches/conclude-batches.ts';
import { runIdOf, type Step } from '../batches/step.ts';
import { tellTrouble } from './run-and-report.ts';
import { publishBrokenOff } from './publish-metrics.ts';
import type { Rotator } from './rotator.ts';

/** No summary will tell of such a run: the same as the engine `lambda` does with one that ends in an error. Never rejects. */
export async function tellThatNeverBegan(
  { execution, start: { mode, accounts, scheduledFor } }: Extract<Step, { step: 'conclude' }>,
  { name, message }: RunNeverBeganError,
  rotator: Rotator,
): Promise<void> {
  publishBrokenOff(rotator.metrics, mode, accounts !== undefined);
  const trouble = { runId: runIdOf(execution), scheduledFor, problem: `${name}: ${message}` };
  if (mode === 'sweep') await tellTrouble({ reason: 'broke-off', ...trouble }, rotator);
}
