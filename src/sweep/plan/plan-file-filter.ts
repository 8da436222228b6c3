import type { PlanFile, PlannedKey } from '../../ledger/plan-file.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import { StalePlanError } from '../errors.ts';
import type { AccountPlan } from './plan-account.ts';

const HOUR = 60 * 60 * 1000;

/** Older plans are not applied. */
export const MAX_PLAN_AGE_HOURS = 24;

const PLAN_AGAIN = 'Nothing was done. Make a new plan: keysweep plan --out FILE';

/** @throws StalePlanError when the plan was made with another configuration, or is too old */
export function checkPlan(
  plan: PlanFile,
  current: { readonly configSha256: string; readonly now: Date },
): void {
  const age = current.now.getTime() - Date.parse(plan.plannedAt);
  if (plan.configSha256 !== current.configSha256) {
    throw new StalePlanError(
      `The configuration has changed since plan ${plan.runId} was made. ${PLAN_AGAIN}`,
    );
  }
  if (age > MAX_PLAN_AGE_HOURS * HOUR || age < -HOUR) {
    throw new StalePlanError(
      `Plan ${plan.runId} was made at ${plan.plannedAt} ` +
        `and is valid for ${MAX_PLAN_AGE_HOURS} hours from then. ${PLAN_AGAIN}`,
    );
  }
}

/** Restricts the plans of accounts to those of a file. */
export interface PlanFileFilter {
  /** @returns the plan, with every key kept that the file does not plan like this */
  readonly restrict: (plan: AccountPlan) => AccountPlan;
  /** What differs from the file, as warnings; these keys are kept. */
  readonly changes: () => string[];
}

/** @param only undefined: restricts nothing */
export function planFileFilter(only: PlanFile | undefined): PlanFileFilter {
  if (!only) return { restrict: (plan) => plan, changes: () => [] };
  const planned = new Map(only.keys.map((key) => [key.accessKeyId, key]));
  const now = new Map<string, DecidedNow>();
  let added = 0;
  return {
    restrict: (plan) => {
      const { id } = plan.target.account;
      for (const decision of plan.decisions) {
        if (planned.has(decision.accessKeyId)) now.set(decision.accessKeyId, { decision, accountId: id });
        else added += Number(decision.action !== 'keep');
      }
      const decisions = plan.decisions.map((decision) =>
        restrictKey(decision, planned.get(decision.accessKeyId), id),
      );
      return { ...plan, decisions };
    },
    changes: () => [
      ...only.keys.flatMap((key) => change(key, now.get(key.accessKeyId))),
      ...(added > 0 ? [`Keys that are due now but not in the plan: ${added}. They were kept.`] : []),
    ],
  };
}

function restrictKey(decision: KeyDecision, planned: PlannedKey | undefined, accountId: string): KeyDecision {
  if (decision.action === 'keep' || isAsPlanned(decision, planned, accountId)) return decision;
  return { ...decision, action: 'keep', reason: planned ? 'changed-since-plan' : 'not-in-plan' };
}

/** A planned key, as the rules decide about it now. */
interface DecidedNow {
  readonly decision: KeyDecision;
  readonly accountId: string;
}

function change(key: PlannedKey, now: DecidedNow | undefined): string[] {
  if (now && isAsPlanned(now.decision, key, now.accountId)) return [];
  const { accessKeyId, userName, accountId, action } = key;
  const planned = `Key ${accessKeyId} of ${userName} in ${accountId} was planned to ${action}`;
  return [`${planned}, but ${now ? difference(key, now) : 'is gone or could not be read'}`];
}

function difference(key: PlannedKey, { decision, accountId }: DecidedNow): string {
  const { userName, status, action, reason } = decision;
  const moved = userName !== key.userName || accountId !== key.accountId;
  const now = `is ${status} now${moved ? `, of ${userName} in ${accountId}` : ''}`;
  if (action === 'keep') return `${now} and was kept: ${reason}`;
  return `${now}${action === key.action ? '' : ` and due to ${action}`}, so it was kept`;
}

function isAsPlanned(decision: KeyDecision, planned: PlannedKey | undefined, accountId: string): boolean {
  return (
    planned?.accountId === accountId &&
    planned.action === decision.action &&
    planned.status === decision.status &&
    planned.userName === decision.userName
  );
}
