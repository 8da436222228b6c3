import * as z from 'zod';

import { expectedKind } from '../config/explain-issue.ts';
import { describeIssues } from '../ledger/parse-stored.ts';
import { InvalidEventError } from './errors.ts';

/**
 * EventBridge Scheduler fills it in:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
const scheduledTime = z.iso
  .datetime()
  .transform((time) => new Date(time))
  .optional();

/** The schedules, or a person, send it to the Lambda. */
const eventSchema = z
  .strictObject({
    mode: z.enum(['plan', 'sweep', 'notice', 'watchdog', 'inventory']),
    accounts: z
      .array(z.string().regex(/^\d{12}$/, 'an AWS account ID of 12 digits'))
      .min(1)
      .optional(),
    scheduledTime,
    /** Give the notice only if it is due and was not given yet; set by the hourly schedule. */
    ifDue: z.boolean().optional(),
  })
  .refine(({ mode, accounts }) => !accounts || ['plan', 'sweep', 'inventory'].includes(mode), {
    path: ['accounts'],
    error: 'nothing, unless mode is plan, sweep or inventory',
  })
  .refine(({ mode, ifDue }) => ifDue === undefined || mode === 'notice', {
    path: ['ifDue'],
    error: 'nothing, unless mode is notice',
  });

export type RotatorEvent = z.output<typeof eventSchema>;
export type RotatorMode = RotatorEvent['mode'];

export function parseEvent(event: unknown): RotatorEvent {
  const parsed = eventSchema.safeParse(event, { error: expectedKind });
  if (parsed.success) return parsed.data;
  throw new InvalidEventError(
    'The event is invalid. Expected { "mode": "plan" | "sweep" | "notice" | "watchdog" | "inventory", ' +
      `"accounts"?: [...] }: ${describeIssues(parsed.error)}`,
  );
}
