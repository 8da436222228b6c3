import { lastSweepSummary } from '../../ledger/runs.ts';
import { exceededLimits, type ExceededLimit, type PlannedSweep } from '../../rules/breaker.ts';
import { armed, type FailedTarget, type PlanOutline } from './planned.ts';
import type { Surveyed } from '../problems.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Compares what was planned with the limits and with the last sweep, and stores the verdict.
 * @throws UnreadableLedgerError, the ledger's error
 */
export async function checkLimits(
  planned: readonly (PlanOutline | FailedTarget)[],
  surveyed: Surveyed,
  filtered: boolean,
  {
    config,
    organization,
    store,
    log,
    now,
  }: Pick<RunContext, 'config' | 'organization' | 'store' | 'log' | 'now'>,
): Promise<ExceededLimit[]> {
  const last = filtered ? undefined : await lastSweepSummary(store, organization.id);
  const exceeded = exceededLimits(config.limits, {
    ...counted(planned, surveyed),
    filtered,
    last: last && { keysDue: last.keys.due, accountsListed: last.accountsListed },
  });
  await log.append([{ type: 'limits-checked', at: now().toISOString(), exceeded }]);
  return exceeded;
}

function counted(
  planned: readonly (PlanOutline | FailedTarget)[],
  { accounts, targets }: Surveyed,
): Omit<PlannedSweep, 'filtered' | 'last'> {
  return {
    keysToRevoke: keysDue(armed(planned)),
    keysDue: keysDue(planned),
    byAge: keysByAge(armed(planned)),
    accountsListed: accounts,
    targets,
    cannotAssume: planned.filter((target) => 'failure' in target && target.failure.kind === 'cannot-assume')
      .length,
  };
}

function keysByAge(planned: readonly PlanOutline[]): { readonly seen: number; readonly due: number } {
  const byAge = planned.filter(({ target }) => target.settings.rules.maxKeyAgeDays > 0);
  return {
    seen: byAge.reduce((sum, { end }) => sum + end.keys.seen, 0),
    due: byAge.reduce((sum, { overAge }) => sum + overAge, 0),
  };
}

function keysDue(planned: readonly (PlanOutline | FailedTarget)[]): number {
  return planned.reduce((sum, target) => sum + ('failure' in target ? 0 : target.end.keys.due), 0);
}
