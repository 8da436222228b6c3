import type { Config, OptOut } from '../config/schema.ts';
import type { OrganizationAccount } from '../organization/account.ts';

const DAY_MS = 86_400_000;
const ANNOUNCED_DAYS = 7;

export function optOutOf(account: OrganizationAccount, config: Config): OptOut | undefined {
  return config.optOuts.find((entry) => entry.account === account.id);
}

/** `until` is the last day, in UTC, on which the opt-out applies. */
export function isInForce(optOut: OptOut, now: Date): boolean {
  return daysLeft(optOut, now) >= 0;
}

/** Whether an opt-out in force ends within 7 days, today included. */
export function endsSoon(optOut: Pick<OptOut, 'until'>, now: Date): boolean {
  const days = daysLeft(optOut, now);
  return days >= 0 && days <= ANNOUNCED_DAYS;
}

/** For an account that is a target again because its opt-out has ended. */
export function endedWarning(account: OrganizationAccount, config: Config, now: Date): string | undefined {
  const optOut = optOutOf(account, config);
  if (optOut === undefined || isInForce(optOut, now)) return undefined;
  return `${describe(account, optOut)} ended on ${optOut.until}. Remove it, or agree on a new date.`;
}

/** For an account whose opt-out ends within 7 days. */
export function endingWarning(account: OrganizationAccount, config: Config, now: Date): string | undefined {
  const optOut = optOutOf(account, config);
  if (optOut === undefined || !endsSoon(optOut, now)) return undefined;
  const days = daysLeft(optOut, now);
  const when = days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`;
  return (
    `${describe(account, optOut)} ends ${when}, on ${optOut.until}; ` +
    'after that day the account is a target again.'
  );
}

function describe(account: OrganizationAccount, { owner, reason }: OptOut): string {
  return `The opt-out of ${account.id} (${account.name}), owner ${owner}, reason "${reason}",`;
}

/** Whole days from today to the last day of the opt-out, both in UTC: 0 on that day. */
function daysLeft(optOut: Pick<OptOut, 'until'>, now: Date): number {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Math.round((Date.parse(optOut.until) - today) / DAY_MS);
}
