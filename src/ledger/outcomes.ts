import { FAILURE_KINDS, type FailureKind } from '../aws/failure.ts';

/** planned: keys are due but were not touched: a plan, an account that is not armed, or an exceeded limit. */
export const OUTCOMES = {
  ok: ['swept', 'nothing-due', 'planned', 'inventoried', 'opted-out', 'out-of-scope', 'not-active'],
  bad: FAILURE_KINDS,
} as const;

export type OkOutcome = (typeof OUTCOMES.ok)[number];
/** Every listed account has exactly one. */
export type AccountOutcome = OkOutcome | FailureKind;

export function isOk(outcome: AccountOutcome): outcome is OkOutcome {
  return (OUTCOMES.ok as readonly string[]).includes(outcome);
}
