import { group } from 'd3-array';

import type { OrganizationAccount } from '../organization/account.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import { isRevoke, type Revoke } from '../rules/decision.ts';

/** What a sweep would revoke in one armed account. */
export interface UpcomingAccount {
  readonly account: OrganizationAccount;
  readonly users: readonly UpcomingUser[];
}

export interface UpcomingUser {
  readonly userName: string;
  /** The value of the user's tag, valid or not. */
  readonly address: string | undefined;
  readonly keys: readonly Revoke[];
}

/** Every armed account that was read, with or without due keys. */
export function upcoming({ accounts }: StoredRun): UpcomingAccount[] {
  return [...accounts.values()].flatMap(({ account, plan }) =>
    plan?.armed === true ? [{ account, users: usersOf(plan) }] : [],
  );
}

function usersOf({ decisions, contacts = [] }: NonNullable<StoredAccount['plan']>): UpcomingUser[] {
  const keysByUser = group(decisions.filter(isRevoke), ({ userName }) => userName);
  const addresses = new Map(contacts.map(({ userName, address }) => [userName, address]));
  return [...keysByUser].map(([userName, keys]) => ({ userName, address: addresses.get(userName), keys }));
}

export function countUpcoming(all: readonly UpcomingAccount[]) {
  const users = all.flatMap((one) => one.users);
  return {
    /** With at least one due key. */
    accounts: all.filter((one) => one.users.length > 0).length,
    users: users.length,
    keys: users.reduce((sum, { keys }) => sum + keys.length, 0),
  };
}
