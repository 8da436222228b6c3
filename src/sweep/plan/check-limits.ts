import type { LimitsChecked, RunSummary } from '../../ledger/record.ts';
import { earlierRuns } from '../../ledger/runs.ts';
import { keysWithoutNotice } from '../../ledger/scheduled-runs.ts';
import { judgeSweep, type ArmedAccount } from '../../rules/breaker.ts';
import type { Surveyed } from '../problems.ts';
import { decisionTime, type RunContext } from '../run-context.ts';
import { checkExemptions } from './check-exemptions.ts';
import { armed, type FailedTarget, type PlanOutline } from './planned.ts';

type Target = PlanOutline | FailedTarget;
type CheckContext = Pick<RunContext, 'config' | 'organization' | 'store' | 'log' | 'now'> &
  Pick<RunContext, 'startedAt' | 'noticeFor' | 'scheduledFor'>;

/**
 * Compares the plans with the limits, the exemptions and earlier runs, and records the result.
 * @throws the ledger's error
 */
export async function checkLimits(
  planned: readonly Target[],
  surveyed: Surveyed,
  filtered: boolean,
  context: CheckContext,
): Promise<LimitsChecked> {
  const { config, organization, store, log, now, scheduledFor } = context;
  const { last, matchedExemptions } = await earlierRuns(store, organization.id);
  const { notices, schedule } = config;
  const compared = filtered ? undefined : last;
  const failed = planned.filter((target) => 'failure' in target);
  const { exceeded, withheld } = judgeSweep(config.limits, {
    armed: armed(planned).map((plan) => armedAccount(plan, compared)),
    accountsListed: surveyed.accounts,
    targets: surveyed.targets,
    cannotAssume: failed.filter(({ failure }) => failure.kind === 'cannot-assume').length,
    filtered,
    last: compared && { keysDue: compared.keys.due, accountsListed: compared.accountsListed },
  });
  const earlier = { matched: matchedExemptions, filtered, now: decisionTime(context) };
  const exemptions = checkExemptions(planned, earlier);
  const checked: LimitsChecked = {
    type: 'limits-checked',
    at: now().toISOString(),
    exceeded: [...exceeded, ...exemptions.exceeded],
    withheld: [...withheld, ...exemptions.withheld],
    notNotified:
      notices.required && scheduledFor
        ? await keysWithoutNotice(store, schedule, new Date(scheduledFor))
        : [],
    warnings: exemptions.warnings,
    matchedExemptions: exemptions.matched,
    dueKeys: dueKeys(planned, new Set(withheld.map(({ accountId }) => accountId)), last?.dueKeys),
  };
  await log.append([checked]);
  return checked;
}

/** A summary of a version before 0.1.0 has no numbers of accounts. */
function armedAccount(
  { target: { account, settings }, end: { keys }, overAge }: PlanOutline,
  last: RunSummary | undefined,
): ArmedAccount {
  const byAge = settings.rules.maxKeyAgeDays > 0;
  return {
    accountId: account.id,
    due: keys.due,
    dueBefore: last?.dueKeys && (last.dueKeys[account.id] ?? 0),
    byAge: { seen: byAge ? keys.seen : 0, due: byAge ? overAge : 0 },
  };
}

/** Of an account that was not read, or is withheld, the number before, which stays the measure. */
function dueKeys(
  planned: readonly Target[],
  withheld: ReadonlySet<string>,
  before: RunSummary['dueKeys'],
): Record<string, number> {
  const counts = planned.map((plan): [string, number] => {
    const { id } = plan.target.account;
    const isUnknown = 'failure' in plan || (withheld.has(id) && before !== undefined);
    return [id, isUnknown ? (before?.[id] ?? 0) : plan.end.keys.due];
  });
  return Object.fromEntries(counts.filter(([, due]) => due > 0));
}
