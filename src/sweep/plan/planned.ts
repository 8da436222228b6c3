import type { Failure } from '../../aws/failure.ts';
import { nearest } from '../../config/nearest.ts';
import { detailsOf } from '../../config/schema.ts';
import type { RevokeReason } from '../../rules/decision.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { endOfPlan, type AccountEnd } from '../outcome.ts';
import type { Escape } from '../../ledger/record.ts';
import { compress } from '../../ledger/compress.ts';
import type { AccountPlan } from './plan-account.ts';

export type Planned = PlannedAccount | FailedTarget;

export interface FailedTarget {
  readonly target: TargetAccount;
  readonly failure: Failure;
}

/** The part of a plan that the limits and findings need. */
export interface PlanOutline {
  readonly target: TargetAccount;
  readonly users: number;
  readonly missingGroups: readonly string[];
  /** For a plan that is not applied. */
  readonly end: AccountEnd;
  readonly due: DueKeys;
  /** Keys that are due because of their age. */
  readonly overAge: number;
  /** Users with due keys who have no console password. */
  readonly withoutConsole: number;
  readonly matchedExemptions: readonly string[];
  readonly escaped: readonly Escape[];
  readonly problems: readonly string[];
  /** Users with keys, with names like patterns of exempt.users that match nobody there. */
  readonly similarUsers: readonly string[];
}

/** Keeps its plan compressed until everything is decided: there may be 10,000, with 300,000 keys. */
export interface PlannedAccount extends PlanOutline {
  readonly unpack: () => AccountPlan;
}

/** Numbers of keys. */
export interface DueKeys {
  readonly deactivate: number;
  readonly delete: number;
}

export function packPlan(plan: AccountPlan): PlannedAccount {
  const { target, ...read } = plan;
  const packed = compress(read);
  return { ...outlineOf(plan), unpack: () => ({ target, ...packed.unpack() }) };
}

const OVER_AGE: readonly string[] = [
  'maxKeyAgeDays reached',
  'maxUnusedDays reached',
] satisfies RevokeReason[];

export function outlineOf(plan: AccountPlan): PlanOutline {
  const count = (action: keyof DueKeys): number =>
    plan.decisions.filter((decision) => decision.action === action).length;
  return {
    target: plan.target,
    users: plan.users,
    missingGroups: plan.missingGroups,
    end: endOfPlan(plan),
    due: { deactivate: count('deactivate'), delete: count('delete') },
    overAge: plan.decisions.filter(({ reason }) => OVER_AGE.includes(reason)).length,
    withoutConsole: plan.machineUsers.filter(({ sign }) => sign === 'no-console-access').length,
    matchedExemptions: plan.matchedExemptions ?? [],
    escaped: plan.escaped ?? [],
    problems: plan.problems ?? [],
    similarUsers: similarUsers(plan),
  };
}

function similarUsers({ target, decisions, matchedExemptions = [] }: AccountPlan): string[] {
  const names = decisions.map(({ userName }) => userName);
  const patterns = target.settings.exempt.users.map((pattern) => detailsOf(pattern).name);
  const unmatched = patterns.filter((pattern) => !matchedExemptions.includes(`exempt.users ${pattern}`));
  return unmatched.flatMap((pattern) => nearest(pattern, names) ?? []);
}

/** The plans that a sweep applies. */
export function armed<Outline extends PlanOutline>(planned: readonly (Outline | FailedTarget)[]): Outline[] {
  return planned.filter(
    (target): target is Outline => !('failure' in target) && target.target.settings.armed,
  );
}
