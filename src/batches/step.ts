import { createHash } from 'node:crypto';
import * as z from 'zod';
import { expectedKind } from '../config/explain-issue.ts';
import { accountId } from '../config/field.ts';
import { describeIssues } from '../ledger/parse-stored.ts';
import { isRunId, newRunId } from '../ledger/run-id.ts';
import { InvalidStepError } from './errors.ts';

/** Input of the state machine. */
export const startSchema = z
  .strictObject({
    mode: z.enum(['plan', 'sweep']),
    accounts: z.array(accountId()).min(1).optional(),
    scheduledFor: z.iso.datetime().optional(),
    noticeFor: z.iso.datetime().optional(),
    /** Reasons why a sweep must not write: the run is not ok then. */
    withheld: z.array(z.string()).default([]),
  })
  // A sweep that decided for a later time would not wait for holds, opt-outs and minimum ages to end.
  .refine(({ mode, noticeFor }) => mode === 'plan' || noticeFor === undefined, {
    path: ['noticeFor'],
    error: 'nothing: only a plan can decide for a later time',
  });

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const failureSchema = z.object({ Error: z.string(), Cause: z.string().default('') });

const runId = z.string().refine(isRunId, 'a run ID such as 20261127T225500Z-1a2b3c');
const batch = z.int().min(1);
/** The number of all batches, which share the request rates. */
const batches = z.int().min(1).optional();
const execution = z.object({ Name: z.string(), StartTime: z.iso.datetime() });

/** The events that the state machine sends to the Lambda. */
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
  const parsed = stepSchema.safeParse(event, { error: expectedKind });
  if (parsed.success) return parsed.data;
  throw new InvalidStepError(`The event is not a step of the state machine: ${describeIssues(parsed.error)}`);
}

/** Clocks of AWS differ by less. */
const SKEW = 5 * 60_000;

/** Whether a time that was sent is later than now: nothing is believed that names one. */
export function isAhead(sent: Date, now: Date): boolean {
  return sent.getTime() > now.getTime() + SKEW;
}

/** @throws InvalidStepError when the execution or its slot begins later than now */
export function checkTimes({ execution, start }: Extract<Step, { execution: unknown }>, now: Date): void {
  const ahead = [execution.StartTime, start.scheduledFor].find(
    (time) => time && isAhead(new Date(time), now),
  );
  if (ahead === undefined) return;
  throw new InvalidStepError(
    `The execution names ${ahead}, and it is ${now.toISOString()} now. Nothing was done.`,
  );
}

/** Always the same run ID for the same execution. */
export function runIdOf({ Name, StartTime }: z.output<typeof execution>): string {
  const digits = createHash('sha256').update(Name).digest('hex').slice(0, 3);
  return newRunId(new Date(StartTime), () => digits);
}

/**
 * For a Lambda the cause is its error as JSON:
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export function failureMessage({ Error: name, Cause: cause }: StepFailure): string {
  try {
    return `${name}: ${lambdaError.parse(JSON.parse(cause)).errorMessage}`;
  } catch {
    return `${name}: ${cause}`;
  }
}

const lambdaError = z.object({ errorMessage: z.string() });

/** The share of the request rates that a step may use. */
export function rateShare(step: Step, maxConcurrency: number): number {
  if (step.step !== 'plan' && step.step !== 'apply') return 1;
  return 1 / Math.min(step.batches ?? maxConcurrency, maxConcurrency);
}
