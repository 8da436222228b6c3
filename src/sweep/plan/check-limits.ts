import { lastSweepSummary } from '../../ledger/runs.ts';
import { exceededLimits, type ExceededLimit } from '../../rules/breaker.ts';
import { armed, type FailedTarget, type PlanOutline } from './planned.ts';
import type { Surveyed } from '../problems.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Compares the plans with the limits and the last sweep, and records the result.
 * @throws the ledger's error
 */
export async function checkLimits(
  planned: readonly (PlanOutline | FailedTarget)[],
  surveyed: Surveyed,
  filtered: boolean,
  context: Pick<RunContext, 'config' | 'organization' | 'store' | 'log' | 'now'>,
): Promise<ExceededLimit[]> {
  const { config, organization, store, log, now } = context;
  const last = filtered ? undefined : await lastSweepSummary(store, organization.id);
  const failed = planned.filter((target) => 'failure' in target);
  const exceeded = exceededLimits(config.limits, {
    keysToRevoke: keysDue(armed(planned)),
    keysDue: keysDue(planned),
    byAge: keysByAge(armed(planned)),
    accountsListed: surveyed.accounts,
    targets: surveyed.targets,
    cannotAssume: failed.filter(({ failure }) => failure.kind === 'cannot-assume').length,
    filtered,
    last: last && { keysDue: last.keys.due, accountsListed: last.accountsListed },
  });
  await log.append([{ type: 'limits-checked', at: now().toISOString(), exceeded }]);
  return exceeded;
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
