import { given } from '../config/given.ts';
import type { Config, Override } from '../config/schema.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { AccountSettings } from './target.ts';

/**
 * The defaults, then the overrides of the account's OUs from the root down, then its own. A later value
 * replaces an earlier one field by field, lists included.
 * @param path IDs from the root down to the account's OU; empty when no override names an OU
 */
export function settingsFor(
  account: OrganizationAccount,
  path: readonly string[],
  config: Config,
): AccountSettings {
  const { armed, groups, rules, exempt } = config.defaults;
  const { rotationRole } = config;
  const { callsPerAccount } = config.concurrency;
  const defaults = { armed, groups, rules, exempt, rotationRole, callsPerAccount };
  return overridesFor(account, path, config).reduce<AccountSettings>(override, defaults);
}

/** In the order in which they apply. */
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
    rules: merge(settings.rules, entry.rules),
    exempt: merge(settings.exempt, entry.exempt),
    rotationRole: merge(settings.rotationRole, entry.rotationRole),
    callsPerAccount: entry.concurrency?.callsPerAccount ?? settings.callsPerAccount,
  };
}

/** `false` is a value (no exempt tag); only an absent one leaves the base unchanged. */
function merge<T extends object>(base: T, changes: { [Key in keyof T]?: T[Key] | undefined } = {}): T {
  return { ...base, ...given(changes) };
}
