import type { GroupsSeen } from '../../ledger/record.ts';
import { lastGroups, type LastGroups } from '../../ledger/runs.ts';
import type { RunContext } from '../run-context.ts';
import {
  describeMissing,
  isMissing,
  looksMisspelled,
  placesOf,
  type GroupsRead,
  type Place,
} from './missing-groups.ts';

export interface GroupsComparison {
  /** For the next sweep to compare. */
  readonly seen: GroupsSeen['groups'];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Finds groups that no account has, and groups that existed at the last sweep and do not any more. A run of
 * chosen accounts cannot tell.
 * @throws UnreadableLedgerError, the store's error
 */
export async function compareGroups(
  planned: readonly GroupsRead[],
  filtered: boolean,
  { config, organization, store }: Pick<RunContext, 'config' | 'organization' | 'store'>,
): Promise<GroupsComparison> {
  if (filtered) return { seen: [], problems: [], warnings: [] };
  return judgeGroups(planned, config.defaults.groups, await lastGroups(store, organization.id));
}

/**
 * @param defaults the groups of accounts without an override
 * @param last undefined: there was no sweep
 */
export function judgeGroups(
  planned: readonly GroupsRead[],
  defaults: readonly string[],
  last: LastGroups | undefined,
): GroupsComparison {
  const before = new Map(last?.groups.map(({ group, accounts }) => [group, new Set(accounts)]));
  const results = placesOf(planned).map((place) => {
    const had = (id: string): boolean => before.get(place.group)?.has(id) === true;
    const { problem, warning } = judge(place, place.missing.filter(had), defaults, last?.runId);
    return { problem, warning, group: place.group, accounts: [...place.there, ...place.unread.filter(had)] };
  });
  return {
    seen: results.map(({ group, accounts }) => ({ group, accounts })),
    problems: results.flatMap(({ problem }) => problem ?? []),
    warnings: results.flatMap(({ warning }) => warning ?? []),
  };
}

/** Accounts that a message names; the others are counted. */
const NAMED = 5;

/** @param gone accounts that had it at the last sweep */
function judge(
  place: Place,
  gone: readonly string[],
  defaults: readonly string[],
  sweep = '',
): { readonly problem?: string; readonly warning?: string } {
  const { group, there, exempts } = place;
  const name = `${exempts ? 'Exempt group' : 'Group'} ${group}`;
  if (gone.length > 0 && there.length > 0) {
    const more = gone.length > NAMED ? ` and ${gone.length - NAMED} more` : '';
    const where = `account ${gone.slice(0, NAMED).join(', ')}${more}`;
    return { warning: `${name} existed at sweep ${sweep} and is gone in ${where}. ${RENAMED}` };
  }
  if (gone.length > 0) {
    const where = `${gone.length} account${gone.length === 1 ? '' : 's'} at sweep ${sweep}`;
    const effect = exempts ? 'it exempts nobody any more' : 'no key is revoked because of it any more';
    return { problem: `${name} existed in ${where} and exists in none now, so ${effect}. ${RENAMED}` };
  }
  // An exempt group that never existed is judged with the limits.
  if (exempts || !isMissing(place)) return {};
  const message = `${name} ${describeMissing(place, 'it is configured for')}`;
  return looksMisspelled(place, defaults)
    ? { problem: `${message}. Is it misspelled?` }
    : { warning: `${message}, so no key is revoked there because of it.` };
}

const RENAMED = 'Was it deleted or renamed?';
