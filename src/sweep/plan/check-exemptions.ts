import { group } from 'd3-array';

import { nearest } from '../../config/nearest.ts';
import { DEFAULT_EXEMPT_TAG, detailsOf, type Exempt, type ExemptionDetails } from '../../config/schema.ts';
import type { ExceededLimit, WithheldAccount } from '../../rules/breaker.ts';
import { tagText } from '../../rules/exempt.ts';
import { endedWarning, endingWarning, isInForce } from '../../rules/until.ts';
import type { FailedTarget, PlanOutline } from './planned.ts';

type Target = PlanOutline | FailedTarget;

export interface EarlierRuns {
  /** The exemptions that matched something, as `exempt.users NAME`. */
  readonly matched: readonly string[];
  /** This run covers chosen accounts: others may have what it does not find. */
  readonly filtered: boolean;
  readonly now: Date;
}

/** Judges exemptions that match nothing, so may be misspelled: docs/adr/0020-exemptions-and-outliers.md */
export function checkExemptions(planned: readonly Target[], earlier: EarlierRuns) {
  const now = planned.flatMap((target) => ('failure' in target ? [] : target.matchedExemptions));
  const all = configuredIn(planned);
  const judged = all
    .filter((one) => isInForce(one, earlier.now) && !includes(now, one))
    .map((one) => judge(one, planned.length > 1, earlier));
  return {
    exceeded: judged.flatMap(({ exceeded }) => exceeded ?? []),
    withheld: judged.flatMap(({ withheld }) => withheld ?? []),
    warnings: [
      ...judged.flatMap(({ warning }) => warning ?? []),
      ...all.flatMap((one) => endOf(one, earlier.now)),
    ],
    /** Those that match something, or did at an earlier run. */
    matched: [...new Set([...earlier.matched, ...now])],
  };
}

interface Configured extends ExemptionDetails {
  readonly setting: 'exempt.users' | 'exempt.groups' | 'exempt.userTag';
  readonly targets: readonly Target[];
}

function configuredIn(planned: readonly Target[]): Configured[] {
  const each = planned.flatMap((target) =>
    exemptionsOf(target.target.settings.exempt).map((one) => ({ one, target })),
  );
  return [...group(each, ({ one }) => JSON.stringify(one)).values()].flatMap((same) =>
    same.slice(0, 1).map(({ one }) => ({ ...one, targets: same.map(({ target }) => target) })),
  );
}

function exemptionsOf({ users, groups, userTag }: Exempt): Omit<Configured, 'targets'>[] {
  return [
    ...users.map((user) => ({ ...detailsOf(user), setting: 'exempt.users' as const })),
    ...groups.map((name) => ({ ...detailsOf(name), setting: 'exempt.groups' as const })),
    ...(userTag === false ? [] : [{ name: tagText(userTag), setting: 'exempt.userTag' as const }]),
  ];
}

interface Judged {
  readonly exceeded?: ExceededLimit;
  readonly withheld?: WithheldAccount;
  readonly warning?: string;
}

/** Accounts that could not be read say nothing, and nothing is written there. */
function judge(one: Configured, areOthers: boolean, { matched, filtered }: EarlierRuns): Judged {
  const { setting, name, mayMatchNothing = false, targets } = one;
  const read = targets.flatMap((target) => ('failure' in target || target.users === 0 ? [] : [target]));
  if (read.length === 0) return {};
  const isTag = setting === 'exempt.userTag';
  const found = `${setting} "${name}" ${NOTHING[setting]} ${accountsText(read.length, targets)}`;
  // Tags are read only of users with due keys, so one that is not found may still be there.
  if (includes(matched, one)) return filtered || isTag ? {} : { warning: `${found}. ${LOST}` };
  if (mayMatchNothing || (isTag && name === DEFAULT_EXEMPT_TAG)) return {};
  if (filtered) return { warning: `${found}, and never did. ${PART}` };
  const message = `${found}, and never did: it protects nobody. ${wayOn(one, read, matched)}`;
  if (isTag || !read.some(({ target }) => target.settings.armed)) return { warning: message };
  const [only, other] = targets;
  // The people of that account decide what it matches, and must not stop the others.
  if (only && !other && areOthers)
    return { withheld: { accountId: only.target.account.id, reason: message } };
  return { exceeded: { limit: setting, allowed: 0, found: 1, message } };
}

const NOTHING: Readonly<Record<Configured['setting'], string>> = {
  'exempt.users': 'matches no member in',
  'exempt.groups': 'does not exist in',
  'exempt.userTag': 'is on no user with due keys in',
};
const LOST = 'It matched at an earlier run: it protects nobody any more.';
const PART = 'This run covers part of the organization, so it cannot tell whether the name is misspelled.';

function accountsText(read: number, targets: readonly Target[]): string {
  const unread = targets.filter((target) => 'failure' in target).length;
  const which = read === 1 ? 'the only account that was read' : `the ${read} accounts that were read`;
  return unread === 0 ? which : `${which} (${unread} could not)`;
}

function wayOn(
  { setting, name }: Configured,
  read: readonly PlanOutline[],
  matched: readonly string[],
): string {
  if (setting === 'exempt.userTag') return 'Is it misspelled?';
  const earlier = matched.flatMap((text) =>
    text.startsWith(setting) ? [text.slice(setting.length + 1)] : [],
  );
  const meant = nearest(name, [...earlier, ...read.flatMap(({ similarUsers }) => similarUsers)]);
  return (
    `${meant === undefined ? '' : `Did you mean "${meant}"? `}Correct it or, if it is meant for later, ` +
    `write { "name": "${name}", "mayMatchNothing": true }. Until then nothing is revoked.`
  );
}

function endOf(one: Configured, now: Date): string[] {
  const { setting, name, owner, reason } = one;
  const about = [owner && ` owner ${owner},`, reason && ` reason "${reason}",`].filter(Boolean).join('');
  const what = `The exemption of ${setting} "${name}",${about}`;
  const ending = endingWarning(what, one, 'it protects nobody', now);
  return [endedWarning(what, one, now), ending].filter((warning) => warning !== undefined);
}

/** Names without case, as IAM compares them. */
function includes(texts: readonly string[], { setting, name }: Configured): boolean {
  return texts.some((text) => text.toLowerCase() === `${setting} ${name}`.toLowerCase());
}
