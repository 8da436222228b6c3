import { failureOf, type Failure } from '../calls/failure.ts';
import type { PlanFile } from '../ledger/plan-file.ts';
import type { LedgerRecord } from '../ledger/record.ts';
import type { TargetAccount } from '../scope/target.ts';
import { every } from './every.ts';
import { planAccount, type AccountPlan, type Planned } from './plan-account.ts';
import { restrictTo } from './restrict.ts';
import type { RunContext } from './run-context.ts';

/**
 * Plans every target, many at a time. One account's failure is a value and stops no other.
 * @param only leave every key alone that this plan does not hold
 * @throws the ledger's error
 */
export async function planTargets(
  targets: readonly TargetAccount[],
  context: RunContext,
  only?: PlanFile,
): Promise<Planned[]> {
  let done = 0;
  const tell = (): void => context.progress({ step: 'planning', done, total: targets.length });
  tell();
  return every(targets, context.config.concurrency.accounts, async (target) => {
    const planned = await planOrExplain(target, context, only);
    if ('plan' in planned) await context.log.append([accountPlanned(planned.plan, context)]);
    done += 1;
    tell();
    return planned;
  });
}

async function planOrExplain(
  target: TargetAccount,
  context: RunContext,
  only: PlanFile | undefined,
): Promise<Planned> {
  try {
    context.deadline.reading.throwIfAborted();
    const plan = await planAccount(target, context);
    return { plan: only ? restrictTo(only, plan) : plan };
  } catch (error) {
    return { target, failure: readingFailure(error, context) };
  }
}

/** Whatever failed after the time for reading was over failed because of that. */
function readingFailure(error: unknown, { deadline }: RunContext): Failure {
  const failure = failureOf('keysweep', error);
  if (!deadline.reading.aborted) return failure;
  const message = 'the time for reading was over, or the run was asked to stop, before this account was read';
  return { kind: 'not-reached', call: failure.call, code: 'Deadline', message };
}

function accountPlanned(
  { target, users, absentGroups, decisions, unread, memory }: AccountPlan,
  { now }: RunContext,
): LedgerRecord {
  const { maxKeyAgeDays, mode, deleteAfterDays } = target.settings.rules;
  return {
    type: 'account-planned',
    at: now().toISOString(),
    accountId: target.account.id,
    armed: target.settings.armed,
    users: users.length,
    absentGroups,
    decisions,
    unread,
    rules: { maxKeyAgeDays, mode, deleteAfterDays },
    remembered: decisions.flatMap(({ accessKeyId }) => {
      const { inactiveSince, holdUntil } = memory.keys.get(accessKeyId) ?? {};
      if (!inactiveSince && !holdUntil) return [];
      return [{ accessKeyId, ...(inactiveSince && { inactiveSince }), ...(holdUntil && { holdUntil }) }];
    }),
  };
}
