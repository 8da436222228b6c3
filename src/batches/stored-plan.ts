import type { AccountMemory } from '../ledger/memory.ts';
import type { AccountPlanned } from '../ledger/record.ts';
import type { TargetAccount } from '../targets/target.ts';
import type { AccountPlan } from '../sweep/plan/plan-account.ts';

/** The plan of an account from its record. */
export function planOf(
  target: TargetAccount,
  { users, missingGroups, decisions, unreadUsers, ...rest }: AccountPlanned,
  memory: AccountMemory,
): AccountPlan {
  const { machineUsers = [], contacts = [], matchedExemptions = [], escaped = [], problems = [] } = rest;
  return {
    ...{ target, users, missingGroups, decisions, unreadUsers, memory },
    ...{ machineUsers, contacts, matchedExemptions, escaped, problems },
  };
}
