import type { Failure } from '../aws/failure.ts';
import type { Config } from '../config/schema.ts';
import type { OrganizationAccount, Placement } from '../organization/account.ts';
import type { Filters } from './filters.ts';
import { isInForce, optOutOf } from './opt-out.ts';
import type { LeftOutAccount, UndecidedAccount } from './target.ts';

/** What selecting needs to know, apart from the accounts' tags. */
export interface WithoutTags {
  /** Every account of the organization. */
  readonly accounts: readonly OrganizationAccount[];
  /** By account id. Asked only where an OU plays a part; an account that is missing then counts as not known. */
  readonly placements: ReadonlyMap<string, Placement>;
  readonly config: Config;
  readonly filters: Filters;
  readonly now: Date;
}

/** The account is not a target, or too little is known, or everything but its tags speaks for it (`open`). */
export type Classified =
  | { readonly leftOut: LeftOutAccount }
  | { readonly undecided: UndecidedAccount }
  /** Ids from the root down to the account's OU; empty when no OU plays a part. */
  | { readonly open: { readonly path: readonly string[] } };

/**
 * The questions in order: first those that need no look-up, so that an account which they leave out costs none and
 * cannot fail for want of one. The first answer stands.
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

/** Whether it matters where an account hangs. */
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
  const message = `the account's state is ${account.state}, which this version of keysweep does not know`;
  return undecided(account, failed('organizations:ListAccounts', 'UnknownState', message));
}

function byManagement(account: OrganizationAccount, config: Config): Classified | undefined {
  if (!account.isManagementAccount || config.scope.managementAccount) return undefined;
  return leftOut(account, 'out-of-scope', 'the management account, which scope.managementAccount leaves out');
}

const NOT_ASKED_FOR = 'not among the accounts and OUs that this run was asked for';

/** Only what the ids can tell: with an OU filter, the rest is for {@link byPlacement}. */
function byAccountFilter(account: OrganizationAccount, filters: Filters): Classified | undefined {
  if (filters.accounts === undefined || filters.organizationalUnits !== undefined) return undefined;
  return filters.accounts.includes(account.id) ? undefined : leftOut(account, 'out-of-scope', NOT_ASKED_FOR);
}

function byOptOut(account: OrganizationAccount, { config, now }: WithoutTags): Classified | undefined {
  const optOut = optOutOf(account, config);
  if (optOut === undefined || !isInForce(optOut, now)) return undefined;
  const { owner, reason, until } = optOut;
  return leftOut(account, 'opted-out', `until ${until}, owner ${owner}: ${reason}`);
}

function byPlacement(account: OrganizationAccount, { placements, config, filters }: WithoutTags): Classified {
  if (!usesOrganizationalUnits(config, filters)) return { open: { path: [] } };
  const placement = placements.get(account.id);
  if (placement === undefined)
    return undecided(account, notReadDefect('organizations:ListAccountsForParent'));
  if (!placement.known) return undecided(account, placement.failure);
  const { path } = placement;
  if (!isAskedFor(account, path, filters)) return leftOut(account, 'out-of-scope', NOT_ASKED_FOR);
  const scope = config.scope.organizationalUnits;
  if (scope !== undefined && !isBelow(path, scope)) {
    return leftOut(
      account,
      'out-of-scope',
      `below none of scope.organizationalUnits (it is in ${path.join(' / ')})`,
    );
  }
  return { open: { path } };
}

function isAskedFor(account: OrganizationAccount, path: readonly string[], filters: Filters): boolean {
  const { accounts, organizationalUnits } = filters;
  if (organizationalUnits === undefined) return true;
  return accounts?.includes(account.id) === true || isBelow(path, organizationalUnits);
}

function isBelow(path: readonly string[], organizationalUnits: readonly string[]): boolean {
  return organizationalUnits.some((id) => path.includes(id));
}

/** For an account about which the edge was to ask and did not: a defect, and never a reason to sweep. */
export function notReadDefect(call: string): Failure {
  return failed(call, 'NotLookedUp', `${call} was not asked about this account`);
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
