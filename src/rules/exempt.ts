import { detailsOf, type Exempt, type Exemption, type Tag } from '../config/schema.ts';
import type { IamUser } from '../aws/iam/user.ts';
import type { KeyDecision, MatchedExemption } from './decision.ts';
import { isInForce } from './until.ts';

/** The first pattern in force that matches the user. IAM compares names without case. */
export function exemptByName(
  { userName }: IamUser,
  { users }: Exempt,
  now: Date,
): MatchedExemption | undefined {
  return inForce(users, now).find(({ name }) => matches(userName, name));
}

/** Without those that have ended. */
export function inForce(exemptions: readonly Exemption[], now: Date): MatchedExemption[] {
  const all = exemptions.map(detailsOf).filter((exemption) => isInForce(exemption, now));
  return all.map(({ name, until }) => ({ name, ...(until !== undefined && { until }) }));
}

/** Keys without case, values with it: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
export function exemptByTag(tags: ReadonlyMap<string, string>, exempt: Tag): boolean {
  return [...tags].some(
    ([key, value]) => key.toLowerCase() === exempt.key.toLowerCase() && value === exempt.value,
  );
}

/**
 * The exemptions that match something in an account, as `exempt.users NAME`: a pattern a member, whether or
 * not in force; a group that exists; the tag a user whose keys would be due.
 */
export function matchedExemptions({ users, userTag }: Exempt, found: Found): string[] {
  const { members, groups, decisions } = found;
  const patterns = users.map((pattern) => detailsOf(pattern).name);
  const matched = patterns.filter((pattern) => members.some(({ userName }) => matches(userName, pattern)));
  const isTagged = userTag !== false && decisions.some(({ reason }) => reason === 'exempt.userTag');
  return [
    ...matched.map((pattern) => `exempt.users ${pattern}`),
    ...groups.map((group) => `exempt.groups ${group}`),
    ...(isTagged ? [`exempt.userTag ${tagText(userTag)}`] : []),
  ];
}

interface Found {
  readonly members: readonly IamUser[];
  readonly groups: readonly string[];
  readonly decisions: readonly KeyDecision[];
}

export function tagText({ key, value }: Tag): string {
  return `${key}=${value}`;
}

/**
 * Finds each piece after the one before, in linear time, where a regular expression can run for ever. `*` is
 * any characters. The slashes, which no name contains, anchor the first and the last piece.
 */
function matches(name: string, pattern: string): boolean {
  const text = `/${name.toLowerCase()}/`;
  let at = 0;
  for (const piece of `/${pattern.toLowerCase()}/`.split('*')) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}
