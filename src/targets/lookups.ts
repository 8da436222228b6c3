import type { OrganizationAccount } from '../organization/account.ts';
import { classifyWithoutTag, type WithoutTags } from './classify.ts';

/** The tags of all other accounts change nothing. */
export function accountsNeedingTags(input: WithoutTags): OrganizationAccount[] {
  if (input.config.optOutTag === false) return [];
  return input.accounts.filter((account) => 'eligible' in classifyWithoutTag(account, input));
}
