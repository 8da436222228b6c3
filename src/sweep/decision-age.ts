import type { Failure } from '../aws/failure.ts';
import type { RunContext } from './run-context.ts';

type Context = Pick<RunContext, 'config' | 'now'>;

/** Whether nothing may be written any more on the strength of what was read then. */
export function isTooOld(readAt: Date, { config, now }: Context, share = 1): boolean {
  return Math.abs(now().getTime() - readAt.getTime()) > config.limits.maxDecisionAgeMinutes * share * 60_000;
}

/** Whether it is rather read again: what is left of its time may be too short to decide and to write. */
export function isAging(readAt: Date, context: Context): boolean {
  return isTooOld(readAt, context, 0.9);
}

/** Undefined: it is not. */
export function ageFailure(readAt: Date, context: Context): Failure | undefined {
  if (!isTooOld(readAt, context)) return undefined;
  const message =
    `the account was read more than ${context.config.limits.maxDecisionAgeMinutes} minutes before this ` +
    'write (limits.maxDecisionAgeMinutes). Was this machine asleep? Run again';
  return { kind: 'not-reached', call: 'keysweep', code: 'DecisionTooOld', message };
}
