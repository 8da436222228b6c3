import type { LimitFunction } from 'p-limit';

import type { Failure } from '../../aws/failure.ts';
import { failureOf } from '../../aws/calling.ts';
import { holdEnd, type RememberedKey } from '../../ledger/memory.ts';
import type { AccountPlanned } from '../../ledger/record.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { readUntil } from '../deadline.ts';
import { planAccount, type AccountPlan } from './plan-account.ts';
import { packPlan, type Planned, type PlannedAccount } from './planned.ts';
import type { PlanFileFilter } from './plan-file-filter.ts';
import { endThrottled } from './end-throttled.ts';
import type { RunContext } from '../run-context.ts';

/** Plans targets while the organization is still being listed. The failure of an account is a value. */
export interface Planning {
  /** Queues targets. */
  readonly add: (targets: readonly TargetAccount[]) => void;
  /**
   * Call it when the list is complete and recorded: records the plans made so far, and waits for the rest.
   * @param targets those of the survey, in its order; others that were added are dropped
   * @throws the ledger's error, when no work is left in progress
   */
  readonly finish: (targets: readonly TargetAccount[]) => Promise<Planned[]>;
  /** Reads no more; resolves when no work is left in progress. */
  readonly abandon: () => Promise<void>;
}

/** @param onPlanned called for each account that was planned */
export function startPlanning(
  context: RunContext,
  filter: PlanFileFilter,
  limit: LimitFunction,
  onPlanned: (planned: PlannedAccount) => void,
): Planning {
  const abandoned = new AbortController();
  const reading = { ...context, deadline: readUntil(abandoned.signal, context.deadline) };
  const plans = new Map<string, Promise<Planned>>();
  /** Plans that wait for the list: it comes first in the ledger. */
  let early: EarlyPlan[] | undefined = [];
  let done = 0;
  const report = (): void => context.progress({ step: 'planning', done, total: plans.size });

  const plan = async (target: TargetAccount): Promise<Planned> => {
    const plan = await planOrFailure(target, reading, filter);
    done += 1;
    report();
    if ('failure' in plan) return plan;
    const planned = packPlan(plan);
    onPlanned(planned);
    const at = context.now();
    if (early) early.push({ planned, at });
    else await context.log.append([accountPlanned(plan, at)]);
    return planned;
  };
  const start = (target: TargetAccount): Promise<Planned> => {
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
      for (const target of targets) void start(target);
      report();
    },
    finish: async (targets) => {
      if (targets.length === 0) await abandon();
      const ids = new Set(targets.map(({ account }) => account.id));
      const planned = targets.map(start);
      report();
      const wanted = early?.filter(({ planned }) => ids.has(planned.target.account.id));
      early = undefined;
      const stored = storeEarly(wanted, context);
      const left = new Set(ids);
      for (const [index, plan] of planned.entries())
        void Promise.allSettled([plan]).then(() => left.delete(targets[index]?.account.id ?? ''));
      await endThrottled(left, Promise.allSettled([stored, ...planned]), context);
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

/** Plans that are unpacked at a time. */
const BATCH = 100;

async function storeEarly(plans: readonly EarlyPlan[] = [], { log }: RunContext): Promise<void> {
  for (let start = 0; start < plans.length; start += BATCH) {
    const batch = plans.slice(start, start + BATCH);
    await log.append(batch.map(({ planned, at }) => accountPlanned(planned.unpack(), at)));
  }
}

/** Never rejects. */
export async function planOrFailure(
  target: TargetAccount,
  context: RunContext,
  filter: PlanFileFilter,
): Promise<AccountPlan | { readonly target: TargetAccount; readonly failure: Failure }> {
  try {
    context.deadline.reading.throwIfAborted();
    return filter.restrict(await planAccount(target, context));
  } catch (error) {
    return { target, failure: readingFailure(error, context) };
  }
}

/** Everything that fails after the reading deadline fails because of it. */
export function readingFailure(error: unknown, { deadline }: RunContext): Failure {
  const failure = failureOf('keysweep', error);
  if (!deadline.reading.aborted) return failure;
  const message = 'the run ran out of time, or was stopped, before this account was read';
  return { kind: 'not-reached', call: failure.call, code: 'Deadline', message };
}

export function accountPlanned(plan: AccountPlan, at: Date): AccountPlanned {
  const { target, users, missingGroups, decisions, unreadUsers, machineUsers, memory } = plan;
  const { contacts = [], matchedExemptions = [], escaped = [], problems = [] } = plan;
  const { maxKeyAgeDays, maxUnusedDays, mode, deleteAfterDays } = target.settings.rules;
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
    ...(matchedExemptions.length > 0 && { matchedExemptions }),
    ...(escaped.length > 0 && { escaped }),
    ...(problems.length > 0 && { problems }),
    rules: { maxKeyAgeDays, ...(maxUnusedDays !== false && { maxUnusedDays }), mode, deleteAfterDays },
    remembered: decisions.flatMap(({ accessKeyId }) => {
      const known: Partial<RememberedKey> = memory.keys.get(accessKeyId) ?? {};
      const { inactiveSince } = known;
      const holdUntil = holdEnd(known, at);
      if (!inactiveSince && !holdUntil) return [];
      return [{ accessKeyId, ...(inactiveSince && { inactiveSince }), ...(holdUntil && { holdUntil }) }];
    }),
  };
}
