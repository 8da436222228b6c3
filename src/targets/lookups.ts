import type { Config } from '../config/schema.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { Filters } from './filters.ts';
import { classifyWithoutTag, usesOrganizationalUnits, type WithoutTags } from './classify.ts';

/** What to read from Organizations besides the list of accounts. */
export interface NeededLookups {
  /** Only when the scope, an override or a filter names an OU. */
  readonly placements: boolean;
  readonly optOutTags: boolean;
}

export function neededLookups(config: Config, filters: Filters): NeededLookups {
  return {
    placements: usesOrganizationalUnits(config, filters),
    optOutTags: config.optOutTag !== false,
  };
}

/** The tags of all other accounts change nothing. */
export function accountsNeedingTags(input: WithoutTags): OrganizationAccount[] {
  if (input.config.optOutTag === false) return [];
  return input.accounts.filter((account) => 'eligible' in classifyWithoutTag(account, input));
}
