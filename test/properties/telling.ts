import { toStringMethod } from 'fast-check';

import {
  ROOT,
  type AccountFacts,
  type Chapter,
  type Denial,
  type Facts,
  type FaultFacts,
  type Place,
  type SettingsFacts,
  type StoreFault,
  type UserFacts,
} from './story.ts';

/** Facts that fast-check prints as a story. */
export class Story {
  readonly facts: Facts;

  constructor(facts: Facts) {
    this.facts = facts;
  }

  [toStringMethod](): string {
    return `\n${tell(this.facts).join('\n')}\n`;
  }
}

export function tell({
  units,
  accounts,
  denials,
  config,
  filters,
  pages,
  planFirst,
  faults,
  storeFault,
  before = [],
  chapters,
}: Facts): string[] {
  const { ofUnits, ofAccounts, defaults, ...rest } = config;
  const first = planFirst ? ['plan'] : [];
  return [
    ...units.map(({ name, above }) => `OU ${name} below ${ou(above)}`),
    ...accounts.flatMap(tellAccount),
    ...denials.map(tellDenial),
    `by default ${settings(defaults)}`,
    ...ofUnits.map(({ unit, ...entry }) => `in ${ou(unit)} ${settings(entry)}`),
    ...ofAccounts.map(({ account, ...entry }) => `in account ${account} ${settings(entry)}`),
    `configured ${json({ ...rest, ...(rest.scope && { scope: rest.scope.map(ou) }) })}`,
    `filters ${json({ ...filters, ...(filters.units && { units: filters.units.map(ou) }) })}`,
    `pages ${json(pages)}`,
    ...faults.map(tellFault),
    ...(storeFault ? [tellStoreFault(storeFault)] : []),
    `then: ${[...first, ...before.map(tellChapter), 'sweep', ...chapters.map(tellChapter)].join(', ')}`,
  ];
}

function tellAccount(
  { place, state, tags, door, users, emptyGroups }: AccountFacts,
  index: number,
): string[] {
  const what = index === 0 ? 'the management account' : `in ${ou(place)}`;
  const groups = emptyGroups.length > 0 ? `, groups without members ${emptyGroups.join(' ')}` : '';
  return [
    `account ${index}: ${what}, ${state}, door ${door}${tagged(tags)}${groups}`,
    ...users.map((user) => `  ${tellUser(user)}`),
  ];
}

function tellUser({ userName, groups, tags, console, keys }: UserFacts): string {
  const held = keys.map(({ status, ageDays, lastUsedDaysAgo }) => {
    const used = lastUsedDaysAgo === undefined ? '' : ` used ${lastUsedDaysAgo} d ago`;
    return `${status} ${ageDays} d${used}`;
  });
  const password = console ? ' with password' : '';
  return `${userName} in [${groups.join(' ')}]${tagged(tags)}${password}: ${held.join('; ') || 'no keys'}`;
}

function tagged(tags: Readonly<Record<string, string>>): string {
  const list = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return list.length > 0 ? ` tagged ${list.join(' ')}` : '';
}

function tellDenial({ on, actions }: Denial): string {
  return `an SCP on ${'account' in on ? `account ${on.account}` : ou(on.unit)} denies ${actions.join(' ')}`;
}

function tellFault(fault: FaultFacts): string {
  const { service, call, account, kind, occurrence, afterEffect, error, instead } = fault;
  const where = account === undefined ? '' : ` in account ${account}`;
  const when = afterEffect ? ' after its effect' : '';
  const more = json(error ?? instead ?? '');
  return `fault: ${service}:${call ?? '*'}${where} ${kind} ${more}${when}, ${json(occurrence)}`;
}

function tellStoreFault({ operation, nth, afterEffect }: StoreFault): string {
  return `fault: ${operation} ${nth} of the ledger fails${afterEffect ? ' after its effect' : ''}`;
}

function tellChapter(chapter: Chapter): string {
  const { type, ...rest } = chapter;
  return [type, ...Object.values(rest).map(json)].join(' ');
}

function settings(facts: SettingsFacts): string {
  return json(facts);
}

function ou(place: Place): string {
  return place === ROOT ? 'the root' : `ou-${place}`;
}

function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('"', '');
}
