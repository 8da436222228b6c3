import { detailsOf } from '../../config/schema.ts';
import type { GroupsSeen } from '../../ledger/record.ts';
import { lastGroups, type LastGroups } from '../../ledger/runs.ts';
import type { RunContext } from '../run-context.ts';
import { describeMissing, looksMisspelled } from './missing-groups.ts';
import type { FailedTarget, PlanOutline } from './planned.ts';

type Target = PlanOutline | FailedTarget;

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
  planned: readonly Target[],
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
  planned: readonly Target[],
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

/** IDs of the accounts that a group is configured for. */
interface Place {
  readonly group: string;
  readonly there: string[];
  readonly missing: string[];
  readonly unread: string[];
  /** It only exempts. */
  exempts: boolean;
}

function placesOf(planned: readonly Target[]): Place[] {
  const places = new Map<string, Place>();
  for (const target of planned) {
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
function stateOf(group: string, target: Target): 'there' | 'missing' | 'unread' {
  if ('failure' in target) return 'unread';
  if (target.missingGroups.includes(group)) return 'missing';
  return target.users === 0 && !target.target.settings.groups.includes(group) ? 'unread' : 'there';
}

interface Judged {
  readonly problem?: string;
  readonly warning?: string;
}

/** Accounts that a message names; the others are counted. */
const NAMED = 5;

function judge(
  { group, there, missing, unread, exempts }: Place,
  gone: readonly string[],
  defaults: readonly string[],
  lastRunId = '',
): Judged {
  const name = `${exempts ? 'Exempt group' : 'Group'} ${group}`;
  if (gone.length > 0 && there.length > 0) {
    const more = gone.length > NAMED ? ` and ${gone.length - NAMED} more` : '';
    const where = `account ${gone.slice(0, NAMED).join(', ')}${more}`;
    return { warning: `${name} existed at sweep ${lastRunId} and is gone in ${where}. ${RENAMED}` };
  }
  if (gone.length > 0) {
    const where = `${gone.length} account${gone.length === 1 ? '' : 's'} at sweep ${lastRunId}`;
    const effect = exempts ? 'it exempts nobody any more' : 'no key is revoked because of it any more';
    return { problem: `${name} existed in ${where} and exists in none now, so ${effect}. ${RENAMED}` };
  }
  // An exempt group that never existed is judged with the limits.
  if (exempts || there.length > 0 || missing.length === 0) return {};
  const found = { group, read: missing.length, unread: unread.length };
  const message = `${name} ${describeMissing(found, 'it is configured for')}`;
  return looksMisspelled(found, defaults)
    ? { problem: `${message}. Is it misspelled?` }
    : { warning: `${message}, so no key is revoked there because of it.` };
}

const RENAMED = 'Was it deleted or renamed?';
