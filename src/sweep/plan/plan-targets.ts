import type { LimitFunction } from 'p-limit';

import type { Failure } from '../../aws/failure.ts';
import { failureOf } from '../../aws/calling.ts';
import type { AccountPlanned } from '../../ledger/record.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { readUntil } from '../deadline.ts';
import { planAccount, type AccountPlan } from './plan-account.ts';
import { packPlan, type Planned, type PlannedAccount } from './planned.ts';
import type { PlanFileFilter } from './plan-file-filter.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Plans targets, many at a time, and begins while the organization is still being listed. One account's failure is a value and
 * stops no other.
 */
export interface Planning {
  /** Puts targets into the queue. */
  readonly add: (targets: readonly TargetAccount[]) => void;
  /**
   * The list is whole and in the ledger: stores what was planned until now, and waits for the rest.
   * @param targets what the whole survey says, in its order; what else was added is forgotten
   * @throws the ledger's error, when nothing is under way
   */
  readonly finish: (targets: readonly TargetAccount[]) => Promise<Planned[]>;
  /** Reads no more; resolves when nothing is under way. */
  readonly abandon: () => Promise<void>;
}

/**
 * @param restriction leaves keys alone that are not to be touched
 * @param limit gives each account its turn
 * @param onPlanned hears of each account that was planned
 */
export function startPlanning(
  context: RunContext,
  restriction: PlanFileFilter,
  limit: LimitFunction,
  onPlanned: (planned: PlannedAccount) => void,
): Planning {
  const abandoned = new AbortController();
  const reading = { ...context, deadline: readUntil(abandoned.signal, context.deadline) };
  const plans = new Map<string, Promise<Planned>>();
  /** Plans that wait for the list: the ledger holds no plan of an account that it has not listed. */
  let early: EarlyPlan[] | undefined = [];
  let done = 0;
  const tell = (): void => context.progress({ step: 'planning', done, total: plans.size });

  const plan = async (target: TargetAccount): Promise<Planned> => {
    const plan = await planOrFailure(target, reading, restriction);
    done += 1;
    tell();
    if ('failure' in plan) return plan;
    const planned = packPlan(plan);
    onPlanned(planned);
    const at = context.now();
    if (early) early.push({ planned, at });
    else await context.log.append([accountPlanned(plan, at)]);
    return planned;
  };
  const begun = (target: TargetAccount): Promise<Planned> => {
    const { id } = target.account;
    const planned = plans.get(id) ?? limit(plan, target);
    plans.set(id, planned);
    return planned;
  };
  const abandon = async (): Promise<void> => {
    abandoned.abort();
    await Promise.allSettled(plans.values());
  };

  return {
    add: (targets) => {
      if (abandoned.signal.aborted) return;
      for (const target of targets) void begun(target);
      tell();
    },
    finish: async (targets) => {
      if (targets.length === 0) await abandon();
      const wanted = new Set(targets.map(({ account }) => account.id));
      const planned = targets.map(begun);
      tell();
      const stored = storeEarly(
        early?.filter(({ planned }) => wanted.has(planned.target.account.id)),
        context,
      );
      early = undefined;
      await Promise.allSettled([stored, ...planned]);
      await stored;
      return Promise.all(planned);
    },
    abandon,
  };
}

interface EarlyPlan {
  readonly planned: PlannedAccount;
  readonly at: Date;
}

/** Plans that are unpacked and stored together. */
const TOGETHER = 100;

async function storeEarly(plans: readonly EarlyPlan[] = [], { log }: RunContext): Promise<void> {
  for (let start = 0; start < plans.length; start += TOGETHER) {
    const some = plans.slice(start, start + TOGETHER);
    await log.append(some.map(({ planned, at }) => accountPlanned(planned.unpack(), at)));
  }
}

/** Plans one target; what goes wrong there is a value. */
export async function planOrFailure(
  target: TargetAccount,
  context: RunContext,
  restriction: PlanFileFilter,
): Promise<AccountPlan | { readonly target: TargetAccount; readonly failure: Failure }> {
  try {
    context.deadline.reading.throwIfAborted();
    return restriction.of(await planAccount(target, context));
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

/** The record of a plan. */
export function accountPlanned(
  { target, users, missingGroups, decisions, unreadUsers, machineUsers, contacts = [], memory }: AccountPlan,
  at: Date,
): AccountPlanned {
  const { maxKeyAgeDays, mode, deleteAfterDays } = target.settings.rules;
  return {
    type: 'account-planned',
    at: at.toISOString(),
    accountId: target.account.id,
    armed: target.settings.armed,
    users,
    missingGroups,
    decisions,
    unreadUsers,
    ...(machineUsers.length > 0 && { machineUsers }),
    ...(contacts.length > 0 && { contacts }),
    rules: { maxKeyAgeDays, mode, deleteAfterDays },
    remembered: decisions.flatMap(({ accessKeyId }) => {
      const { inactiveSince, holdUntil } = memory.keys.get(accessKeyId) ?? {};
      if (!inactiveSince && !holdUntil) return [];
      return [{ accessKeyId, ...(inactiveSince && { inactiveSince }), ...(holdUntil && { holdUntil }) }];
    }),
  };
}
