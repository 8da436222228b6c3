import type { Failure } from '../aws/failure.ts';
import type { RunContext } from './run-context.ts';

/** Whether nothing may be written any more on the strength of what was read then. */
export function isTooOld(readAt: Date, { config, now }: Pick<RunContext, 'config' | 'now'>): boolean {
  return Math.abs(now().getTime() - readAt.getTime()) > config.limits.maxDecisionAgeMinutes * 60_000;
}

/** Undefined: it is not. */
export function ageFailure(readAt: Date, context: Pick<RunContext, 'config' | 'now'>): Failure | undefined {
  if (!isTooOld(readAt, context)) return undefined;
  const message =
    `the account was read more than ${context.config.limits.maxDecisionAgeMinutes} minutes before this ` +
    'write (limits.maxDecisionAgeMinutes). Was this machine asleep? Run again';
  return { kind: 'not-reached', call: 'keysweep', code: 'DecisionTooOld', message };
}
