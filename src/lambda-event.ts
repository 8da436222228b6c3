import * as z from 'zod';

import { whatIsWrong } from './ledger/parse-stored.ts';
import { isRunId } from './ledger/run-id.ts';

/** What the schedule, or a person, sends to the Lambda. */
const eventSchema = z.strictObject({
  mode: z.enum(['plan', 'sweep']),
  accounts: z
    .array(z.string().regex(/^\d{12}$/, 'an AWS account id of 12 digits'))
    .min(1)
    .optional(),
  runId: z.string().refine(isRunId, 'a run id such as 20261127T225500Z-1a2b3c').optional(),
});

export type SweepEvent = z.output<typeof eventSchema>;

/** The event is none that the Lambda knows; nothing was done. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
}

/** @throws InvalidEventError with every problem and its path */
export function parseEvent(event: unknown): SweepEvent {
  const parsed = eventSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new InvalidEventError(
    `the event is not { "mode": "plan" | "sweep", "accounts"?: [...], "runId"?: "..." }:\n${whatIsWrong(parsed.error)}`,
  );
}
