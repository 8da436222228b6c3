import type { PlanFile, PlannedKey } from '../ledger/plan-file.ts';
import type { KeyDecision } from '../rotation/decision.ts';
import type { AccountPlan, Planned } from './plan-account.ts';

/** The plan is not for here and now; nothing was done. */
export class StalePlanError extends Error {
  override readonly name = 'StalePlanError';
}

const HOUR = 60 * 60 * 1000;

/** Older plans are made anew rather than carried out. */
export const MAX_PLAN_AGE_HOURS = 24;

/** @throws StalePlanError when the plan is of another organization or configuration, or too old */
export function checkPlan(
  plan: PlanFile,
  here: { readonly organizationId: string; readonly configSha256: string; readonly now: Date },
): void {
  const age = here.now.getTime() - Date.parse(plan.plannedAt);
  if (plan.organizationId !== here.organizationId) {
    throw new StalePlanError(
      `plan ${plan.runId} is for organization ${plan.organizationId}, and this is ${here.organizationId}`,
    );
  }
  if (plan.configSha256 !== here.configSha256) {
    throw new StalePlanError(`the configuration has changed since plan ${plan.runId} was made: plan again`);
  }
  if (age > MAX_PLAN_AGE_HOURS * HOUR || age < -HOUR) {
    throw new StalePlanError(
      `plan ${plan.runId} is of ${plan.plannedAt}, more than ${MAX_PLAN_AGE_HOURS} hours away: plan again`,
    );
  }
}

/** The account's plan with every key that was not planned, or not so, left alone. Pure. */
export function restrictTo(only: PlanFile, plan: AccountPlan): AccountPlan {
  const planned = plannedIn(only, plan.target.account.id);
  const decisions = plan.decisions.map((decision): KeyDecision => {
    if (decision.verdict === 'keep' || isAsPlanned(decision, planned.get(decision.accessKeyId)))
      return decision;
    return { ...decision, verdict: 'keep', reason: 'not-in-plan' };
  });
  return { ...plan, decisions };
}

/** What is not as it was planned, for the operator; all of it is left alone. Pure. */
export function changesSince(only: PlanFile, restricted: readonly Planned[]): string[] {
  const now = new Map<string, KeyDecision>();
  for (const target of restricted) {
    if ('plan' in target)
      for (const decision of target.plan.decisions) now.set(decision.accessKeyId, decision);
  }
  const planned = new Set(only.keys.map(({ accessKeyId }) => accessKeyId));
  const added = [...now.values()].filter(
    ({ reason, accessKeyId }) => reason === 'not-in-plan' && !planned.has(accessKeyId),
  ).length;
  return [
    ...only.keys.flatMap((key) => change(key, now.get(key.accessKeyId))),
    ...(added > 0 ? [`due now and not in the plan: ${added} more; left alone`] : []),
  ];
}

function change(key: PlannedKey, decision: KeyDecision | undefined): string[] {
  if (decision && decision.verdict === key.action) return [];
  const is = decision
    ? `is ${decision.status} and kept: ${decision.reason}`
    : 'is gone, or could not be read';
  return [`key ${key.accessKeyId} of ${key.userName} in ${key.accountId}, planned to ${key.action}, ${is}`];
}

function isAsPlanned(decision: KeyDecision, planned: PlannedKey | undefined): boolean {
  return (
    planned?.action === decision.verdict &&
    planned.status === decision.status &&
    planned.userName === decision.userName
  );
}

function plannedIn({ keys }: PlanFile, accountId: string): Map<string, PlannedKey> {
  return new Map(keys.filter((key) => key.accountId === accountId).map((key) => [key.accessKeyId, key]));
}
