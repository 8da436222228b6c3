import { detailsOf } from '../config/schema.ts';
import type { TargetAccount } from './target.ts';

/** A group that is both swept and exempt in these accounts, so that no member's keys are revoked there. */
export interface ExemptGroup {
  readonly group: string;
  readonly accounts: readonly TargetAccount['account'][];
}

/**
 * Overrides of an OU and of an account may contradict each other only together. IAM compares names without
 * case.
 */
export function exemptGroupsIn(targets: readonly TargetAccount[]): ExemptGroup[] {
  const accounts = new Map<string, TargetAccount['account'][]>();
  for (const { account, settings } of targets) {
    const exempt = new Set(settings.exempt.groups.map((group) => detailsOf(group).name.toLowerCase()));
    for (const group of settings.groups.filter((name) => exempt.has(name.toLowerCase())))
      accounts.set(group, [...(accounts.get(group) ?? []), account]);
  }
  return [...accounts].map(([group, own]) => ({ group, accounts: own }));
}
