import type { FailureKind } from '../aws/failure.ts';

/** planned: keys are due and were left alone, because this run plans, the account is not armed, or a limit stopped the sweep. */
export const OUTCOMES = {
  ok: ['swept', 'nothing-due', 'planned', 'opted-out', 'out-of-scope', 'not-active'],
  bad: ['cannot-assume', 'denied', 'throttled', 'not-reached', 'failed'],
} as const satisfies { readonly ok: readonly string[]; readonly bad: readonly FailureKind[] };

export type OkOutcome = (typeof OUTCOMES.ok)[number];
export type BadOutcome = (typeof OUTCOMES.bad)[number];
/** How one account ended; every account that was listed has exactly one. */
export type AccountOutcome = OkOutcome | BadOutcome;

/** Whether an account ended well: a run is ok only when all did. */
export function isOk(outcome: AccountOutcome): outcome is OkOutcome {
  return (OUTCOMES.ok as readonly string[]).includes(outcome);
}
