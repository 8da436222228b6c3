import { detailsOf } from '../../config/schema.ts';
import type { TargetAccount } from '../../targets/target.ts';

/** Which groups one target lacks, of those configured for it and those that exempt. */
export type GroupsRead =
  | { readonly target: TargetAccount; readonly users: number; readonly missingGroups: readonly string[] }
  | { readonly target: TargetAccount; readonly failure: unknown };

/** IDs of the accounts that a group is configured for. */
export interface Place {
  readonly group: string;
  readonly there: string[];
  readonly missing: string[];
  readonly unread: string[];
  /** It only exempts, everywhere. */
  exempts: boolean;
}

export function placesOf(targets: readonly GroupsRead[]): Place[] {
  const places = new Map<string, Place>();
  for (const target of targets) {
    const { groups, exempt } = target.target.settings;
    const exempting = exempt.groups.map((group) => detailsOf(group).name);
    for (const group of new Set([...groups, ...exempting])) {
      const place = places.get(group) ?? { group, there: [], missing: [], unread: [], exempts: true };
      place[stateOf(group, target)].push(target.target.account.id);
      place.exempts &&= !groups.includes(group);
      places.set(group, place);
    }
  }
  return [...places.values()];
}

/** Exempt groups are not read in accounts without users. */
function stateOf(group: string, target: GroupsRead): 'there' | 'missing' | 'unread' {
  if ('failure' in target) return 'unread';
  if (target.missingGroups.includes(group)) return 'missing';
  return target.users === 0 && !target.target.settings.groups.includes(group) ? 'unread' : 'there';
}

/** One unreadable account of thousands must not hide a missing group. */
export function isMissing({ there, missing }: Place): boolean {
  return there.length === 0 && missing.length > 0;
}

/** One or two accounts with settings of their own may lack a group that is right. */
const FEW = 2;

/**
 * Whether a group that no account has is most likely misspelled, so that keys of its members are missed.
 * @param defaults the groups of accounts without an override
 */
export function looksMisspelled({ group, missing }: Place, defaults: readonly string[]): boolean {
  return missing.length > FEW || defaults.includes(group);
}

/** @returns such as `exists in none of the 40 accounts that it is configured for` */
export function describeMissing({ missing, unread }: Place, all: string): string {
  const which = unread.length === 0 ? all : `could be read (${unread.length} could not)`;
  return missing.length === 1
    ? `does not exist in the only account that ${which}`
    : `exists in none of the ${missing.length} accounts that ${which}`;
}
