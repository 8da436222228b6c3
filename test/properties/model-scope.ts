import { DAY, BEGINNING, EXTERNAL_ID, ROOT, type Facts, type Place, type SettingsFacts } from './story.ts';

/**
 * The model says from the documentation alone what a sweep must do. It shares nothing with the rooms that it
 * judges, and cares for clarity and not for calls.
 */

/** docs/configuration.md, "Which accounts are swept": the answer of an account that is no target. */
export function leftOut(facts: Facts, account: number, now: number): string | undefined {
  const { state, tags, place } = facts.accounts[account]!;
  const { config, filters } = facts;
  if (['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED', 'PENDING_ACTIVATION'].includes(state)) return 'not-active';
  if (state !== 'ACTIVE') return 'failed';
  if (account === 0 && !config.managementAccount) return 'out-of-scope';
  const named = filters.accounts?.includes(account) === true;
  if (filters.accounts && !filters.units && !named) return 'out-of-scope';
  if (config.optOuts.some((entry) => entry.account === account && !hasEnded(entry.daysLeft, now)))
    return 'opted-out';
  const above = placesAbove(facts, place);
  if (filters.units && !named && !filters.units.some((unit) => above.includes(unit))) return 'out-of-scope';
  if (config.scope && !config.scope.some((unit) => above.includes(unit))) return 'out-of-scope';
  if (config.optOutTag !== false) {
    const [key, value] = config.optOutTag.split('=');
    if (tags[key!] === value) return 'opted-out';
  }
  return undefined;
}

/**
 * docs/configuration.md: an account that does not exist stops the run, but one in an override or an opt-out
 * that an earlier sweep listed. Is there one that stops it?
 */
export function namesStrangers(facts: Facts, known: ReadonlySet<number>): boolean {
  const isAway = (account: number): boolean => facts.accounts[account]!.away === true;
  return (
    (facts.filters.accounts ?? []).some(isAway) ||
    configured(facts).some((account) => isAway(account) && !known.has(account))
  );
}

/** What later sweeps know to have been there: what this one lists, and who left and is still named. */
export function knownAfter(facts: Facts, known: ReadonlySet<number>): ReadonlySet<number> {
  const listed = facts.accounts.flatMap(({ away }, account) => (away ? [] : [account]));
  return new Set([...listed, ...configured(facts).filter((account) => known.has(account))]);
}

function configured({ config }: Facts): number[] {
  return [...config.ofAccounts, ...config.optOuts].map(({ account }) => account);
}

function hasEnded(daysLeft: number, now: number): boolean {
  return Math.floor(now / DAY) - Math.floor(BEGINNING.getTime() / DAY) > daysLeft;
}

/** From the root down to the place. */
export function placesAbove({ units }: Facts, place: Place): Place[] {
  const above: Place[] = [];
  for (let at = place; at !== ROOT; at = units[at]!.above) above.unshift(at);
  return [ROOT, ...above];
}

export interface Settings {
  readonly armed: boolean;
  readonly groups: readonly string[];
  readonly maxKeyAgeDays: number;
  readonly maxUnusedDays: number | false;
  readonly mode: 'deactivate' | 'deactivate-then-delete' | 'delete';
  readonly deleteAfterDays: number;
  readonly users: 'all' | 'with-console-access';
  readonly exemptUsers: readonly string[];
  readonly exemptTag: string | false;
  readonly exemptGroups: readonly string[];
}

/** docs/configuration.md, "Which settings hold for an account"; the defaults are those of its tables. */
export function settingsOf(facts: Facts, account: number): Settings {
  const { config } = facts;
  const layers: SettingsFacts[] = [
    config.defaults,
    ...placesAbove(facts, facts.accounts[account]!.place).flatMap((place) =>
      config.ofUnits.filter(({ unit }) => unit === place),
    ),
    ...config.ofAccounts.filter((entry) => entry.account === account),
  ];
  const last = <Value>(ask: (layer: SettingsFacts) => Value | undefined, otherwise: Value): Value =>
    layers.map(ask).findLast((value) => value !== undefined) ?? otherwise;
  return {
    armed: last(({ armed }) => armed, false),
    groups: last(({ groups }) => groups, []),
    maxKeyAgeDays: last(({ rules }) => rules?.maxKeyAgeDays, 0),
    maxUnusedDays: last<number | false>(({ rules }) => rules?.maxUnusedDays, false),
    mode: last(({ rules }) => rules?.mode, 'deactivate-then-delete'),
    deleteAfterDays: last(({ rules }) => rules?.deleteAfterDays, 7),
    users: last(({ rules }) => rules?.users, 'with-console-access'),
    exemptUsers: last(({ exempt }) => exempt?.users, []),
    exemptTag: last<string | false>(({ exempt }) => exempt?.userTag, 'keysweep=exempt'),
    exemptGroups: last(({ exempt }) => exempt?.groups, []),
  };
}

/** Whether the rotation role can be assumed. It trusts nobody outside of its organization. */
export function isEntered({ accounts, config }: Facts, account: number): boolean {
  const { door, away = false } = accounts[account]!;
  if (away) return false;
  return door === 'open' || (door === 'asks-for-id' && config.externalId === EXTERNAL_ID);
}

/** Service control policies bind every account but the management account. */
export function isDenied(facts: Facts, account: number, action: string): boolean {
  if (account === 0) return false;
  const above = placesAbove(facts, facts.accounts[account]!.place);
  return facts.denials.some(
    ({ on, actions }) =>
      actions.includes(action) && ('account' in on ? on.account === account : above.includes(on.unit)),
  );
}
