import type { RunSummary } from '../ledger/record.ts';
import { applyBatch } from './apply-batch.ts';
import { readBatch } from './batch-file.ts';
import { beginBatches } from './begin-batches.ts';
import { concludeBatches } from './conclude-batches.ts';
import { checkLimitsStep } from './check-limits-step.ts';
import { planBatch } from './plan-batch.ts';
import { settleBatch } from './settle-batches.ts';
import { checkTimes, failureMessage, runIdOf, type Step } from './step.ts';
import type { StepDependencies } from './step-context.ts';

export type StepResult =
  { readonly runId: string; readonly batches: number } | { readonly accounts: number } | RunSummary;

/** Executes one step of a run. Each can be retried, even while an earlier attempt is running. */
export async function runStep(
  step: Step,
  batchSize: number,
  dependencies: StepDependencies,
): Promise<StepResult> {
  if ('execution' in step) checkTimes(step, dependencies.now());
  switch (step.step) {
    case 'begin': {
      const runId = runIdOf(step.execution);
      const startedAt = dependencies.now();
      const { accounts, ...start } = step.start;
      const run = { ...start, runId, startedAt, batchSize, filters: { accounts } };
      return { runId, ...(await beginBatches(run, dependencies)) };
    }
    case 'plan':
      return planBatch(step.runId, step.batch, dependencies);
    case 'check-limits':
      return { runId: step.runId, ...(await checkLimitsStep(step.runId, dependencies)) };
    case 'apply':
      return applyBatch(step.runId, step.batch, dependencies);
    case 'give-up': {
      const batch = await readBatch(dependencies.store, step.runId, step.batch);
      const reason = `batch ${step.batch} failed: ${failureMessage(step.error)}`;
      await settleBatch(step.phase, batch, { reason }, dependencies);
      return { accounts: 0 };
    }
    case 'conclude':
      return concludeBatches(runIdOf(step.execution), problemsOf(step), dependencies);
  }
}

function problemsOf({ start, state }: Extract<Step, { step: 'conclude' }>): string[] {
  return [...start.withheld, ...(state.error ? [failureMessage(state.error)] : [])];
}
