import type { Failure } from '../aws/failure.ts';
import type { Config } from '../config/schema.ts';
import type { OrganizationAccount, Placement } from '../organization/account.ts';
import type { Filters } from './filters.ts';
import { isInForce } from '../rules/until.ts';
import { optOutOf } from './opt-out.ts';
import type { LeftOutAccount, UndecidedAccount } from './target.ts';

/** The input of a selection, apart from the accounts' tags. */
export interface WithoutTags {
  /** Every account of the organization. */
  readonly accounts: readonly OrganizationAccount[];
  /** By account ID. Read only where an OU matters; a missing one counts as unknown. */
  readonly placements: ReadonlyMap<string, Placement>;
  readonly config: Config;
  readonly filters: Filters;
  readonly now: Date;
}

/** `eligible`: only the account's tags can still exclude it. */
export type Classified =
  | { readonly leftOut: LeftOutAccount }
  | { readonly undecided: UndecidedAccount }
  /** IDs from the root down to the account's OU; empty when no OU matters. */
  | { readonly eligible: { readonly path: readonly string[] } };

/**
 * First match wins. Rules that need no lookup come first, so that a failed lookup cannot affect their
 * accounts.
 */
export function classifyWithoutTag(account: OrganizationAccount, input: WithoutTags): Classified {
  return (
    byState(account) ??
    byManagement(account, input.config) ??
    byAccountFilter(account, input.filters) ??
    byOptOut(account, input) ??
    byPlacement(account, input)
  );
}

/** Whether the OUs of accounts matter, and so have to be read. */
export function usesOrganizationalUnits(config: Config, filters: Filters): boolean {
  return (
    config.scope.organizationalUnits !== undefined ||
    filters.organizationalUnits !== undefined ||
    config.overrides.some((entry) => entry.organizationalUnits !== undefined)
  );
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html, `State` */
const NOT_ACTIVE = ['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'];

function byState(account: OrganizationAccount): Classified | undefined {
  if (account.state === 'ACTIVE') return undefined;
  if (NOT_ACTIVE.includes(account.state)) return leftOut(account, 'not-active', `state ${account.state}`);
  const message = `this version of keysweep does not know the account state ${account.state}`;
  return undecided(account, failed('organizations:ListAccounts', 'UnknownState', message));
}

function byManagement(account: OrganizationAccount, config: Config): Classified | undefined {
  if (!account.isManagementAccount || config.scope.managementAccount) return undefined;
  return leftOut(account, 'out-of-scope', 'management account (scope.managementAccount is false)');
}

const NOT_SELECTED = 'not selected for this run';

/** With an OU filter, {@link byPlacement} decides. */
function byAccountFilter(account: OrganizationAccount, filters: Filters): Classified | undefined {
  if (filters.accounts === undefined || filters.organizationalUnits !== undefined) return undefined;
  return filters.accounts.includes(account.id) ? undefined : leftOut(account, 'out-of-scope', NOT_SELECTED);
}

function byOptOut(account: OrganizationAccount, { config, now }: WithoutTags): Classified | undefined {
  const optOut = optOutOf(account, config);
  if (optOut === undefined || !isInForce(optOut, now)) return undefined;
  const { owner, reason, until } = optOut;
  return leftOut(account, 'opted-out', `until ${until}, owner ${owner}: ${reason}`);
}

function byPlacement(account: OrganizationAccount, { placements, config, filters }: WithoutTags): Classified {
  if (!usesOrganizationalUnits(config, filters)) return { eligible: { path: [] } };
  const placement = placements.get(account.id);
  if (placement === undefined)
    return undecided(account, notReadDefect('organizations:ListAccountsForParent'));
  if (!placement.known) return undecided(account, placement.failure);
  const { path } = placement;
  if (!isSelected(account, path, filters)) return leftOut(account, 'out-of-scope', NOT_SELECTED);
  const scope = config.scope.organizationalUnits;
  if (scope === undefined || isBelow(path, scope)) return { eligible: { path } };
  const reason = `not in scope.organizationalUnits (it is in ${path.join(' / ')})`;
  return leftOut(account, 'out-of-scope', reason);
}

function isSelected(account: OrganizationAccount, path: readonly string[], filters: Filters): boolean {
  const { accounts, organizationalUnits } = filters;
  if (organizationalUnits === undefined) return true;
  return accounts?.includes(account.id) === true || isBelow(path, organizationalUnits);
}

function isBelow(path: readonly string[], organizationalUnits: readonly string[]): boolean {
  return organizationalUnits.some((id) => path.includes(id));
}

/** For a lookup that should have been made and was not: a defect, and never a reason to sweep. */
export function notReadDefect(call: string): Failure {
  return failed(call, 'NotLookedUp', `${call} was not called for this account: a defect of keysweep`);
}

function failed(call: string, code: string, message: string): Failure {
  return { kind: 'failed', call, code, message };
}

function leftOut(
  account: OrganizationAccount,
  outcome: LeftOutAccount['outcome'],
  reason: string,
): Classified {
  return { leftOut: { account, outcome, reason } };
}

function undecided(account: OrganizationAccount, failure: Failure): Classified {
  return { undecided: { account, failure } };
}
