import { ConfigError } from '../config/problem.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import { listAccounts } from '../organization/list-accounts.ts';
import { optOutTags, type OptOutTags } from '../organization/opt-out-tags.ts';
import { findPlacements, type ListedUnit, type Placements } from '../organization/placements.ts';
import type { Filters } from '../scope/filters.ts';
import { accountsNeedingTags, neededLookups } from '../scope/lookups.ts';
import { selectTargets } from '../scope/select-targets.ts';
import type { WithoutTags } from '../scope/settle.ts';
import type { Selection } from '../scope/target.ts';
import { namesOtherUnits, unknownNames } from '../scope/unknown-names.ts';
import type { RunContext } from './run-context.ts';

/** What Organizations and the configuration say before any account is entered. */
export interface Survey extends Selection {
  readonly accounts: readonly OrganizationAccount[];
  /** The opt-out tags come from an index that may be behind: they are read anew before anything is written. */
  readonly tagsFromIndex: boolean;
  /** Where the accounts hang; undefined when nothing asked for it. */
  readonly units: readonly ListedUnit[] | undefined;
}

/** What a survey needs of a run; `keysweep accounts` makes one without a ledger. */
export type SurveyContext = Pick<
  RunContext,
  'config' | 'clients' | 'caller' | 'organization' | 'startedAt' | 'deadline'
>;

/**
 * Lists the organization and sorts its accounts into targets and those left out.
 * @throws CallFailedError when the accounts cannot all be listed; ConfigError when the configuration or a filter names an
 *   account or OU that does not exist: behind a misspelt opt-out stands an account that would be swept
 */
export async function surveyOrganization(context: SurveyContext, filters: Filters): Promise<Survey> {
  const { config, clients, organization, deadline, startedAt } = context;
  const accounts = await listAccounts(clients.organizations, organization, deadline.reading);
  const placements = await placementsOf(accounts, context, filters);
  const unknown = unknownNames(config, filters, accounts, placements.organizationalUnits);
  if (unknown.length > 0) throw new ConfigError(unknown, 'accounts.json against the organization');

  const input: WithoutTags = { accounts, placements: placements.byAccount, config, filters, now: startedAt };
  const tags = await tagsOf(input, context);
  const selection = selectTargets({ ...input, optOutTags: tags.byAccount });
  return { accounts, tagsFromIndex: tags.fromIndex, units: placements.units, ...selection };
}

async function placementsOf(
  accounts: readonly OrganizationAccount[],
  { config, clients, deadline }: SurveyContext,
  filters: Filters,
): Promise<Placements> {
  if (!neededLookups(config, filters).placements)
    return { byAccount: new Map(), organizationalUnits: undefined, units: undefined };
  const found = await findPlacements(clients.organizations, accounts, deadline.reading);
  const { incomplete } = found;
  if (!incomplete || !namesOtherUnits(config, filters, incomplete.met)) return found;
  // An OU that was not met may be misspelt, and an override that disarms it then holds for nobody: no place is known.
  const { failure } = incomplete;
  return { ...found, byAccount: new Map(accounts.map(({ id }) => [id, { known: false, failure }])) };
}

async function tagsOf(
  input: WithoutTags,
  { config, clients, caller, organization, deadline }: SurveyContext,
): Promise<OptOutTags> {
  const accountIds = accountsNeedingTags(input).map(({ id }) => id);
  if (config.optOutTag === false || accountIds.length === 0)
    return { byAccount: new Map(), fromIndex: false };
  const inManagementAccount = caller.accountId === organization.managementAccountId;
  return optOutTags(accountIds, {
    organizations: clients.organizations,
    tagging: inManagementAccount ? clients.tagging(caller.partition) : undefined,
    tag: config.optOutTag,
    signal: deadline.reading,
  });
}
