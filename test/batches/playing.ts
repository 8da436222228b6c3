import type { StepResult } from '../../src/batches/run-step.ts';
import type { StepDependencies } from '../../src/batches/step-context.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import type { Stage } from '../properties/stage.ts';

/** Takes one step with the retries of the state machine. */
export type Take = (event: { readonly step: string } & Readonly<Record<string, unknown>>) => Promise<unknown>;

export interface Execution {
  readonly Name: string;
  readonly StartTime: string;
}

/** One attempt at a step, with input and result as JSON, as between Step Functions and Lambda. */
export async function attempt(
  event: unknown,
  { build: { parseStep, runStep } }: Pick<Stage, 'build'>,
  dependencies: StepDependencies,
  batchSize = 1,
): Promise<StepResult> {
  const step = parseStep(JSON.parse(JSON.stringify(event)));
  return JSON.parse(JSON.stringify(await runStep(step, batchSize, dependencies))) as StepResult;
}

/**
 * The steps of a run in the order of cdktf/state-machine/definition.ts; test/step-functions/ tests that
 * order.
 */
export async function play(
  take: Take,
  execution: Execution,
  start: Readonly<Record<string, unknown>> = { mode: 'sweep' },
): Promise<RunSummary> {
  const error = await failureOf(playToTheEnd(take, execution, start));
  const conclude = { step: 'conclude', execution, start, state: error ? { error } : {} };
  return (await take(conclude)) as RunSummary;
}

async function playToTheEnd(
  take: Take,
  execution: Execution,
  start: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { runId, batches } = (await take({ step: 'begin', execution, start })) as Divided;
  await goThrough('plan', runId, numbers(batches), take);
  const { batches: toApply } = (await take({ step: 'check-limits', runId })) as Divided;
  // The state machine starts only those of a stored list; the others have nothing to do.
  if (toApply > 0) await goThrough('apply', runId, numbers(batches), take);
}

interface Divided {
  readonly runId: string;
  readonly batches: number;
}

async function goThrough(
  phase: 'plan' | 'apply',
  runId: string,
  batches: readonly number[],
  take: Take,
): Promise<void> {
  await Promise.all(
    batches.map(async (batch) => {
      const error = await failureOf(take({ step: phase, runId, batch }));
      // If even give-up fails, the child fails and the run continues.
      if (error) await failureOf(take({ step: 'give-up', phase, runId, batch, error }));
    }),
  );
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

async function failureOf(work: Promise<unknown>): Promise<{ Error: string; Cause: string } | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {
      Error: error.name,
      Cause: JSON.stringify({ errorType: error.name, errorMessage: error.message }),
    };
  }
}

export function playUndisturbed(
  stage: Stage,
  start?: Readonly<Record<string, unknown>>,
  batchSize?: number,
): Promise<RunSummary> {
  const execution = executionAt(stage);
  return play((event) => attempt(event, stage, stage.dependencies(), batchSize), execution, start);
}

export function executionAt({ built }: Stage): Execution {
  const StartTime = built.organization.clock.now().toISOString();
  return { Name: `sweep-${StartTime.replaceAll(/[-:.]/g, '')}`, StartTime };
}
