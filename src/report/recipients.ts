import type { OrganizationAccount } from '../organization/account.ts';
import type { Revoke } from '../rules/decision.ts';
import type { UpcomingAccount } from './upcoming.ts';

/** A key that somebody will lose. */
export interface Revocation {
  readonly account: OrganizationAccount;
  readonly userName: string;
  readonly key: Revoke;
}

/** A person, known by a mail address, with every key of theirs in any account. */
export interface Recipient {
  readonly address: string;
  readonly revocations: readonly Revocation[];
}

export interface Recipients {
  readonly reachable: readonly Recipient[];
  /** What stands in the tag is no mail address. */
  readonly unreachable: readonly Recipient[];
  /** Users without the tag. */
  readonly unknown: number;
}

/**
 * Each person once, however many users and accounts they have. Pure.
 * @param pattern what is a mail address
 */
export function recipientsOf(accounts: readonly UpcomingAccount[], pattern: RegExp): Recipients {
  const people = new Map<string, { readonly address: string; readonly revocations: Revocation[] }>();
  let unknown = 0;
  for (const { account, users } of accounts) {
    for (const { userName, address, keys } of users) {
      if (address === undefined) {
        unknown += 1;
        continue;
      }
      // Hardly any mail system takes Ada@ and ada@ for two people.
      const person = people.get(address.toLowerCase()) ?? { address: address.trim(), revocations: [] };
      person.revocations.push(...keys.map((key) => ({ account, userName, key })));
      people.set(address.toLowerCase(), person);
    }
  }
  const all = [...people.values()];
  return {
    reachable: all.filter(({ address }) => pattern.test(address)),
    unreachable: all.filter(({ address }) => !pattern.test(address)),
    unknown,
  };
}
