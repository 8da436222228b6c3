import type { Config, Override } from '../config/schema.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { AccountSettings } from './target.ts';

/**
 * What holds for one account: the defaults, then the overrides of its OUs from the root downward, then its own. A later
 * one wins field by field; a list of groups or users stands instead of the earlier one.
 * @param path ids from the root down to the account's OU; empty when no override is for an OU
 */
export function settingsFor(
  account: OrganizationAccount,
  path: readonly string[],
  config: Config,
): AccountSettings {
  const { armed, groups, rules, exempt } = config.defaults;
  const { rotationRole } = config;
  const { callsPerAccount } = config.concurrency;
  return overridesFor(account, path, config).reduce(override, {
    armed,
    groups,
    rules,
    exempt,
    rotationRole,
    callsPerAccount,
  });
}

/** In the order in which they are laid over each other. */
function overridesFor(account: OrganizationAccount, path: readonly string[], config: Config): Override[] {
  const ofOrganizationalUnits = path.flatMap((id) =>
    config.overrides.filter((entry) => entry.organizationalUnits?.includes(id)),
  );
  const ofAccount = config.overrides.filter((entry) => entry.accounts?.includes(account.id));
  return [...ofOrganizationalUnits, ...ofAccount];
}

function override(settings: AccountSettings, entry: Override): AccountSettings {
  return {
    armed: entry.armed ?? settings.armed,
    groups: entry.groups ?? settings.groups,
    rules: laidOver(settings.rules, entry.rules),
    exempt: laidOver(settings.exempt, entry.exempt),
    rotationRole: laidOver(settings.rotationRole, entry.rotationRole),
    callsPerAccount: entry.concurrency?.callsPerAccount ?? settings.callsPerAccount,
  };
}

/** `false` is a value (no exempt tag); only what is absent leaves the base alone. */
function laidOver<T extends object>(base: T, over: { [Key in keyof T]?: T[Key] | undefined } = {}): T {
  const given = Object.entries(over).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}
