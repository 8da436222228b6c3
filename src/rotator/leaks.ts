import type { Context } from 'aws-lambda';

import { checkClock, identifyCaller, type Caller } from '../aws/caller.ts';
import { deadlineIn } from '../sweep/deadline.ts';
import { handledKey, handleLeak, type LeakResult } from './handle-leak.ts';
import { parseLeakEvent, type LeakReport } from './leak-event.ts';
import { logInvocation, withRotator, type Rotator } from './rotator.ts';

/**
 * Handles access keys that AWS or an operator reports as leaked.
 * @throws InvalidEventError: nothing was done. After any other error the event may be repeated.
 */
export function leaks(
  event: unknown,
  context: Context,
): Promise<LeakResult | { readonly nothingToDo: string }> {
  return logInvocation(context, 'leaked keys were not handled', async () => {
    const report = parseLeakEvent(event);
    return withRotator(context, (rotator) => handleOnce(report, rotator));
  });
}

async function handleOnce(report: LeakReport, rotator: Rotator) {
  const [caller, handled] = await Promise.all([
    callerOf(rotator),
    report.id === undefined ? undefined : rotator.store.get(handledKey(report.id)),
  ]);
  if (handled === undefined) return handleLeak(report, caller, rotator);
  const nothingToDo = 'this event was handled before';
  rotator.logger.info('nothing to do', { reason: nothingToDo, accessKeyIds: report.accessKeyIds });
  return { nothingToDo };
}

/** The same for all invocations of a process. */
let known: Caller | undefined;

async function callerOf({ clients, context, now }: Rotator): Promise<Caller> {
  if (known) return known;
  const { reading } = deadlineIn(context.getRemainingTimeInMillis());
  const caller = await identifyCaller(clients.sts, reading);
  checkClock(caller, now());
  known = caller;
  return caller;
}
