import * as z from 'zod';

import { describeIssues } from '../ledger/parse-stored.ts';
import { isRunId } from '../ledger/run-id.ts';
import { InvalidEventError } from './errors.ts';

/** EventBridge Scheduler puts it in: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const scheduledTime = z.iso
  .datetime('a time such as 2026-11-27T22:55:00Z')
  .transform((time) => new Date(time))
  .optional();

/** What the schedules, or a person, send to the Lambda. */
const eventSchema = z
  .strictObject({
    mode: z.enum(['plan', 'sweep', 'notice', 'watchdog']),
    accounts: z
      .array(z.string().regex(/^\d{12}$/, 'an AWS account id of 12 digits'))
      .min(1)
      .optional(),
    runId: z.string().refine(isRunId, 'a run id such as 20261127T225500Z-1a2b3c').optional(),
    scheduledTime,
    /** A notice only when its time has come and nobody has been told yet, as the hourly check asks. */
    ifDue: z.boolean().optional(),
  })
  .refine(({ mode, accounts }) => !accounts || mode === 'plan' || mode === 'sweep', {
    path: ['accounts'],
    error: 'only a plan or a sweep is of some accounts',
  })
  .refine(({ mode, ifDue }) => ifDue === undefined || mode === 'notice', {
    path: ['ifDue'],
    error: 'only a notice can be due',
  });

export type RotatorEvent = z.output<typeof eventSchema>;
export type RotatorMode = RotatorEvent['mode'];

/** @throws InvalidEventError with every problem and its path */
export function parseEvent(event: unknown): RotatorEvent {
  const parsed = eventSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new InvalidEventError(
    `the event is not { "mode": "plan" | "sweep" | "notice" | "watchdog", "accounts"?: [...], "runId"?: "..." }:\n${describeIssues(parsed.error)}`,
  );
}
