import type { Config, OptOut } from '../config/schema.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import * as until from '../rules/until.ts';

export function optOutOf(account: OrganizationAccount, config: Config): OptOut | undefined {
  return config.optOuts.find((entry) => entry.account === account.id);
}

/** For an account that is a target again because its opt-out has ended. */
export function endedWarning(account: OrganizationAccount, config: Config, now: Date): string | undefined {
  const optOut = optOutOf(account, config);
  return optOut && until.endedWarning(describe(account, optOut), optOut, now);
}

/** For an account whose opt-out ends within 7 days. */
export function endingWarning(account: OrganizationAccount, config: Config, now: Date): string | undefined {
  const optOut = optOutOf(account, config);
  const then = 'the account is a target again';
  return optOut && until.endingWarning(describe(account, optOut), optOut, then, now);
}

function describe(account: OrganizationAccount, { owner, reason }: OptOut): string {
  return `The opt-out of ${account.id} (${account.name}), owner ${owner}, reason "${reason}",`;
}
