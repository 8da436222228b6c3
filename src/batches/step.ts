import { createHash } from 'node:crypto';
import * as z from 'zod';

import { isRunId, newRunId } from '../ledger/run-id.ts';
import { InvalidStepError } from './errors.ts';

/** What the state machine is started with. */
export const startSchema = z.strictObject({
  mode: z.enum(['plan', 'sweep']),
  accounts: z
    .array(z.string().regex(/^\d{12}$/, 'an AWS account id of 12 digits'))
    .min(1)
    .optional(),
  scheduledFor: z.iso.datetime().optional(),
  noticeFor: z.iso.datetime().optional(),
  /** Why a sweep must write nothing: the run is not ok then. */
  withheld: z.array(z.string()).default([]),
});

/** What Step Functions gives a Catch. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const failureSchema = z.object({ Error: z.string(), Cause: z.string().default('') });

const runId = z.string().refine(isRunId, 'a run id such as 20261127T225500Z-1a2b3c');
const batch = z.int().min(1);
/** How many there are, so that each takes no more than its share of what they all share. */
const batches = z.int().min(1).optional();
const execution = z.object({ Name: z.string(), StartTime: z.iso.datetime() });

/** What the state machine asks of the Lambda, step by step. */
const stepSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('begin'), execution, start: startSchema }),
  z.strictObject({ step: z.literal('plan'), runId, batch, batches }),
  z.strictObject({ step: z.literal('check-limits'), runId }),
  z.strictObject({ step: z.literal('apply'), runId, batch, batches }),
  z.strictObject({
    step: z.literal('give-up'),
    runId,
    batch,
    phase: z.enum(['plan', 'apply']),
    error: failureSchema,
  }),
  z.strictObject({
    step: z.literal('conclude'),
    execution,
    start: startSchema,
    state: z.object({ error: failureSchema.optional() }),
  }),
]);

export type Step = z.output<typeof stepSchema>;
export type Start = z.input<typeof startSchema>;
export type StepFailure = z.output<typeof failureSchema>;

/** @throws InvalidStepError with every problem and its path */
export function parseStep(event: unknown): Step {
  const parsed = stepSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new InvalidStepError(
    `The event is not a step of the state machine:\n${z.prettifyError(parsed.error)}`,
  );
}

/** The run of an execution: the same id each time that it is asked for, and another one for another execution. */
export function runIdOf({ Name, StartTime }: z.output<typeof execution>): string {
  const digits = createHash('sha256').update(Name).digest('hex').slice(0, 3);
  return newRunId(new Date(StartTime), () => digits);
}

/**
 * A failure in words. The cause of a Lambda's is its error as JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export function wordsOf({ Error: name, Cause: cause }: StepFailure): string {
  const parsed = lambdaError.safeParse(jsonOrText(cause));
  return `${name}: ${parsed.success ? parsed.data.errorMessage : cause}`;
}

const lambdaError = z.object({ errorMessage: z.string() });

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * What a step may have of the rates that all processes at work on a run share.
 * @param maxConcurrency children at a time, at most
 */
export function shareOf(step: Step, maxConcurrency: number): number {
  if (step.step !== 'plan' && step.step !== 'apply') return 1;
  return 1 / Math.min(step.batches ?? maxConcurrency, maxConcurrency);
}
