import type { Config } from '../config/schema.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { Filters } from './filters.ts';
import { classifyWithoutTag, usesOrganizationalUnits, type WithoutTags } from './classify.ts';

/** What has to be asked of Organizations beyond the list of accounts. */
export interface NeededLookups {
  /** Where the accounts hang: only when the scope, an override or a filter names an OU. */
  readonly placements: boolean;
  /** Which accounts carry the opt-out tag. */
  readonly optOutTags: boolean;
}

export function neededLookups(config: Config, filters: Filters): NeededLookups {
  return {
    placements: usesOrganizationalUnits(config, filters),
    optOutTags: config.optOutTag !== false,
  };
}

/** The accounts of which only the opt-out tag is still unknown; the tags of all others change nothing. */
export function accountsNeedingTags(input: WithoutTags): OrganizationAccount[] {
  if (input.config.optOutTag === false) return [];
  return input.accounts.filter((account) => 'open' in classifyWithoutTag(account, input));
}
