import type { TargetAccount } from './target.ts';

/** A group whose members are to be swept in these accounts and are left out there, so that nobody is. */
export interface ExemptGroup {
  readonly group: string;
  readonly accounts: readonly TargetAccount['account'][];
}

/**
 * What no override shows alone, such as one of an OU that names a group and one of an account that exempts it: the settings that
 * hold for an account once all are laid over each other. IAM compares names without case. Pure.
 */
export function exemptGroupsIn(targets: readonly TargetAccount[]): ExemptGroup[] {
  const accounts = new Map<string, TargetAccount['account'][]>();
  for (const { account, settings } of targets) {
    const exempt = new Set(settings.exempt.groups.map((group) => group.toLowerCase()));
    for (const group of settings.groups.filter((name) => exempt.has(name.toLowerCase())))
      accounts.set(group, [...(accounts.get(group) ?? []), account]);
  }
  return [...accounts].map(([group, own]) => ({ group, accounts: own }));
}
