import type { PlanFile, PlannedKey } from '../../ledger/plan-file.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import { StalePlanError } from '../errors.ts';
import type { AccountPlan } from './plan-account.ts';

const HOUR = 60 * 60 * 1000;

/** Older plans are made anew rather than carried out. */
export const MAX_PLAN_AGE_HOURS = 24;

const PLAN_AGAIN = 'Nothing was done. Make a new plan: keysweep plan --out FILE';

/** @throws StalePlanError when the plan is of another configuration, or too old */
export function checkPlan(plan: PlanFile, here: { readonly configSha256: string; readonly now: Date }): void {
  const age = here.now.getTime() - Date.parse(plan.plannedAt);
  if (plan.configSha256 !== here.configSha256) {
    throw new StalePlanError(
      `The configuration has changed since plan ${plan.runId} was made. ${PLAN_AGAIN}`,
    );
  }
  if (age > MAX_PLAN_AGE_HOURS * HOUR || age < -HOUR) {
    throw new StalePlanError(
      `Plan ${plan.runId} was made at ${plan.plannedAt} and is valid for ${MAX_PLAN_AGE_HOURS} hours from then. ${PLAN_AGAIN}`,
    );
  }
}

/** Holds the plans of accounts to those of a file. */
export interface PlanFileFilter {
  /** The account's plan with every key that was not planned, or not so, left alone. */
  readonly of: (plan: AccountPlan) => AccountPlan;
  /** What is not as it was planned, for the operator; all of it is left alone. */
  readonly changes: () => string[];
}

/** @param only undefined: no restriction */
export function planFileFilter(only: PlanFile | undefined): PlanFileFilter {
  if (!only) return { of: (plan) => plan, changes: () => [] };
  const planned = new Map(only.keys.map((key) => [key.accessKeyId, key]));
  const now = new Map<string, KeyDecision>();
  let added = 0;
  return {
    of: (plan) => {
      const { id } = plan.target.account;
      const decisions = plan.decisions.map((decision) =>
        restricted(decision, planned.get(decision.accessKeyId), id),
      );
      for (const decision of decisions) {
        if (planned.has(decision.accessKeyId)) now.set(decision.accessKeyId, decision);
        else added += Number(decision.reason === 'not-in-plan');
      }
      return { ...plan, decisions };
    },
    changes: () => [
      ...only.keys.flatMap((key) => change(key, now.get(key.accessKeyId))),
      ...(added > 0 ? [`due now and not in the plan: ${added} more; left alone`] : []),
    ],
  };
}

function restricted(decision: KeyDecision, planned: PlannedKey | undefined, accountId: string): KeyDecision {
  const stays = decision.action === 'keep' || isAsPlanned(decision, planned, accountId);
  return stays ? decision : { ...decision, action: 'keep', reason: 'not-in-plan' };
}

function change(key: PlannedKey, decision: KeyDecision | undefined): string[] {
  if (decision && decision.action === key.action) return [];
  const is = decision
    ? `is ${decision.status} and kept: ${decision.reason}`
    : 'is gone, or could not be read';
  return [`key ${key.accessKeyId} of ${key.userName} in ${key.accountId}, planned to ${key.action}, ${is}`];
}

function isAsPlanned(decision: KeyDecision, planned: PlannedKey | undefined, accountId: string): boolean {
  return (
    planned?.accountId === accountId &&
    planned.action === decision.action &&
    planned.status === decision.status &&
    planned.userName === decision.userName
  );
}
