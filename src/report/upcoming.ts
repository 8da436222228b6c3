import type { OrganizationAccount } from '../organization/account.ts';
import { isOk } from '../ledger/outcomes.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import type { Revoke } from '../rules/decision.ts';

/** What a sweep by this plan would revoke in one armed account. */
export interface UpcomingAccount {
  readonly account: OrganizationAccount;
  readonly users: readonly UpcomingUser[];
}

export interface UpcomingUser {
  readonly userName: string;
  /** What the configured tag of the user holds. */
  readonly address: string | undefined;
  readonly keys: readonly Revoke[];
}

/** Every armed account that was read, in the order of the list, also without a key that is due. Pure. */
export function upcoming({ accounts }: StoredRun): UpcomingAccount[] {
  return [...accounts.values()].flatMap(({ account, plan }) =>
    plan?.armed === true ? [{ account, users: usersOf(plan) }] : [],
  );
}

/** Accounts of which the plan knows nothing, or not everything. Pure. */
export function notRead({ accounts }: StoredRun): StoredAccount[] {
  return [...accounts.values()].filter(({ finished }) => !finished || !isOk(finished.outcome));
}

function usersOf({ decisions, contacts = [] }: NonNullable<StoredAccount['plan']>): UpcomingUser[] {
  const keysByUser = new Map<string, Revoke[]>();
  for (const decision of decisions) {
    if (decision.action === 'keep') continue;
    keysByUser.set(decision.userName, [...(keysByUser.get(decision.userName) ?? []), decision]);
  }
  const addresses = new Map(contacts.map(({ userName, address }) => [userName, address]));
  return [...keysByUser].map(([userName, keys]) => ({ userName, address: addresses.get(userName), keys }));
}

export interface UpcomingCounts {
  /** Accounts with at least one key that is due. */
  readonly accounts: number;
  readonly users: number;
  readonly keys: number;
}

export function countUpcoming(all: readonly UpcomingAccount[]): UpcomingCounts {
  const users = all.flatMap((one) => one.users);
  return {
    accounts: all.filter((one) => one.users.length > 0).length,
    users: users.length,
    keys: users.reduce((sum, { keys }) => sum + keys.length, 0),
  };
}
