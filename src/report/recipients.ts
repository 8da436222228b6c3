import type { OrganizationAccount } from '../organization/account.ts';
import type { Revoke } from '../rules/decision.ts';
import type { UpcomingAccount } from './upcoming.ts';

export interface Revocation {
  readonly account: OrganizationAccount;
  readonly userName: string;
  readonly key: Revoke;
}

/** A person, by mail address, with all their keys in all accounts. */
export interface Recipient {
  readonly address: string;
  readonly revocations: readonly Revocation[];
}

export interface Recipients {
  readonly reachable: readonly Recipient[];
  /** The tag does not hold a mail address, or one that may not get mails. */
  readonly unreachable: readonly Recipient[];
  /** Users without the tag. */
  readonly unknown: number;
}

export function recipientsOf(
  accounts: readonly UpcomingAccount[],
  mayGetMail: (address: string) => boolean,
): Recipients {
  const people = new Map<string, { readonly address: string; readonly revocations: Revocation[] }>();
  let unknown = 0;
  for (const { account, users } of accounts) {
    for (const { userName, address, keys } of users) {
      if (address === undefined) {
        unknown += 1;
        continue;
      }
      // Hardly any mail system distinguishes Ada@ from ada@.
      const person = people.get(address.toLowerCase()) ?? { address: normal(address), revocations: [] };
      person.revocations.push(...keys.map((key) => ({ account, userName, key })));
      people.set(address.toLowerCase(), person);
    }
  }
  const all = [...people.values()];
  return {
    reachable: all.filter(({ address }) => mayGetMail(address)),
    unreachable: all.filter(({ address }) => !mayGetMail(address)),
    unknown,
  };
}

/** The domain in lower case, because the rotator's permission to send compares it with case. */
function normal(address: string): string {
  return address.trim().replace(/[^@]*$/, (domain) => domain.toLowerCase());
}
