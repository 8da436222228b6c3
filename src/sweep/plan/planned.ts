import type { Failure } from '../../aws/failure.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { endOfPlan, type AccountEnd } from '../outcome.ts';
import { compress } from '../../ledger/compress.ts';
import type { AccountPlan } from './plan-account.ts';

/** A target that was read, or why it could not be. */
export type Planned = PlannedAccount | FailedTarget;

export interface FailedTarget {
  readonly target: TargetAccount;
  readonly failure: Failure;
}

/** What a planned target is judged by, together with all others. */
export interface PlanOutline {
  readonly target: TargetAccount;
  readonly users: number;
  readonly missingGroups: readonly string[];
  /** How the account ends when its plan is not carried out. */
  readonly end: AccountEnd;
  readonly due: DueKeys;
  /** Keys that are due because of their age. */
  readonly overAge: number;
  /** Users with due keys who have no console password. */
  readonly withoutConsole: number;
}

/**
 * What is kept of a planned target until everything is decided: little, because there may be ten thousand, with a third of a
 * million keys, which stay packed.
 */
export interface PlannedAccount extends PlanOutline {
  readonly unpack: () => AccountPlan;
}

/** Keys that the plan of an account would write to. */
export interface DueKeys {
  readonly deactivate: number;
  readonly delete: number;
}

/** Packs a plan. */
export function packPlan(plan: AccountPlan): PlannedAccount {
  const { target, ...read } = plan;
  const packed = compress(read);
  return { ...outlineOf(plan), unpack: () => ({ target, ...packed.unpack() }) };
}

export function outlineOf(plan: AccountPlan): PlanOutline {
  const count = (action: keyof DueKeys): number =>
    plan.decisions.filter((decision) => decision.action === action).length;
  return {
    target: plan.target,
    users: plan.users,
    missingGroups: plan.missingGroups,
    end: endOfPlan(plan),
    due: { deactivate: count('deactivate'), delete: count('delete') },
    overAge: plan.decisions.filter(({ reason }) => reason === 'maxKeyAgeDays reached').length,
    withoutConsole: plan.machineUsers.filter(({ sign }) => sign === 'no-console-access').length,
  };
}

/** The plans that a sweep carries out. */
export function armed<Outline extends PlanOutline>(planned: readonly (Outline | FailedTarget)[]): Outline[] {
  return planned.filter(
    (target): target is Outline => !('failure' in target) && target.target.settings.armed,
  );
}
