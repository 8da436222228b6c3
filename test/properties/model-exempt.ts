import { fits, isAmong } from './model-keys.ts';
import { settingsOf } from './model-scope.ts';
import type { Facts } from './story.ts';

/** A target, and who is in it. */
export interface Looked {
  readonly account: number;
  /** Undefined: it could not be read. Members of the swept groups, and the groups that exist. */
  readonly found?: { readonly members: readonly string[]; readonly groups: readonly string[] } | undefined;
}

export interface UnmatchedExemptions {
  /** As often as there are exemptions that stop everything. */
  readonly stops: readonly string[];
  /** Accounts. */
  readonly withheld: ReadonlySet<number>;
  /** All that match something now, or did before, in lower case. */
  readonly matched: ReadonlySet<string>;
}

/** docs/configuration.md, "Who is exempt": what has never matched anything stops every write. */
export function unmatched(
  facts: Facts,
  targets: readonly Looked[],
  before: ReadonlySet<string>,
): UnmatchedExemptions {
  const { config, filters } = facts;
  const now = new Set(targets.flatMap((target) => matchedIn(facts, target)));
  const stops: string[] = [];
  const withheld = new Set<number>();
  const named = targets.flatMap(({ account }) => namesOf(facts, account));
  for (const name of new Set(named)) {
    const [setting] = name.split(' ');
    const governed = targets.filter(({ account }) => namesOf(facts, account).includes(name));
    const read = governed.filter(({ found }) => found && found.members.length > 0);
    const isKnown = [...now, ...before].includes(name.toLowerCase());
    const isPart = filters.accounts !== undefined || filters.units !== undefined;
    if (isKnown || isPart || config.mayMatchNothing) continue;
    if (!read.some(({ account }) => settingsOf(facts, account).armed)) continue;
    if (governed.length === 1 && targets.length > 1) withheld.add(governed[0]!.account);
    else stops.push(setting!);
  }
  return { stops, withheld, matched: new Set([...before, ...now]) };
}

function namesOf(facts: Facts, account: number): string[] {
  const { exemptUsers, exemptGroups } = settingsOf(facts, account);
  return [
    ...exemptUsers.map((name) => `exempt.users ${name}`),
    ...exemptGroups.map((name) => `exempt.groups ${name}`),
  ];
}

/** Exempt groups are not read where nobody is in a swept one. */
function matchedIn(facts: Facts, { account, found }: Looked): string[] {
  if (!found || found.members.length === 0) return [];
  const { members, groups } = found;
  const { exemptUsers, exemptGroups } = settingsOf(facts, account);
  const matched = [
    ...exemptUsers
      .filter((pattern) => members.some((member) => fits(member, pattern)))
      .map((name) => `exempt.users ${name}`),
    ...exemptGroups.filter((name) => isAmong(name, groups)).map((name) => `exempt.groups ${name}`),
  ];
  return matched.map((name) => name.toLowerCase());
}
