import { nearest } from '../../config/nearest.ts';
import { DEFAULT_EXEMPT_TAG, detailsOf, type ExemptionDetails } from '../../config/schema.ts';
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

export interface ExemptionsCheck {
  readonly exceeded: readonly ExceededLimit[];
  readonly withheld: readonly WithheldAccount[];
  readonly warnings: readonly string[];
  /** Those that match something, or did at an earlier run. */
  readonly matched: readonly string[];
}

/** Judges exemptions that match nothing, so may be misspelled: docs/adr/0020-exemptions-and-outliers.md */
export function checkExemptions(planned: readonly Target[], earlier: EarlierRuns): ExemptionsCheck {
  const now = planned.flatMap((target) => ('failure' in target ? [] : target.matchedExemptions));
  const all = configuredIn(planned);
  const unmatched = all.filter((one) => isInForce(one.details, earlier.now) && !includes(now, one.text));
  const results = unmatched.map((one) => judge(one, planned.length > 1, earlier));
  return {
    exceeded: results.flatMap(({ exceeded }) => exceeded ?? []),
    withheld: results.flatMap(({ withheld }) => withheld ?? []),
    warnings: [
      ...results.flatMap(({ warning }) => warning ?? []),
      ...all.flatMap((one) => endOf(one, earlier.now)),
    ],
    matched: [...new Set([...earlier.matched, ...now])],
  };
}

type Setting = 'exempt.users' | 'exempt.groups' | 'exempt.userTag';

interface Configured {
  readonly setting: Setting;
  readonly details: ExemptionDetails;
  readonly text: string;
  readonly targets: Target[];
}

function configuredIn(planned: readonly Target[]): Configured[] {
  const all = new Map<string, Configured>();
  for (const target of planned) {
    const { users, groups, userTag } = target.target.settings.exempt;
    const tags = userTag === false ? [] : [tagText(userTag)];
    const lists = { 'exempt.users': users, 'exempt.groups': groups, 'exempt.userTag': tags };
    for (const [name, list] of Object.entries(lists)) {
      for (const details of list.map(detailsOf)) {
        const key = name + JSON.stringify(details);
        const setting = name as Setting;
        const known = all.get(key) ?? { setting, details, text: `${name} ${details.name}`, targets: [] };
        known.targets.push(target);
        all.set(key, known);
      }
    }
  }
  return [...all.values()];
}

interface Judged {
  readonly exceeded?: ExceededLimit;
  readonly withheld?: WithheldAccount;
  readonly warning?: string;
}

/** Accounts that could not be read say nothing, and nothing is written there. */
function judge(one: Configured, areOthers: boolean, { matched, filtered }: EarlierRuns): Judged {
  const { setting, details, targets } = one;
  const read = targets.flatMap((target) => ('failure' in target || target.users === 0 ? [] : [target]));
  if (read.length === 0) return {};
  const isTag = setting === 'exempt.userTag';
  const found = `${setting} "${details.name}" ${NOTHING[setting]} ${accountsText(read.length, targets)}`;
  if (includes(matched, one.text)) {
    // Tags are read only of users with due keys, so one that is not found may still be there.
    return filtered || isTag
      ? {}
      : { warning: `${found}. It matched at an earlier run: ${NOBODY} any more.` };
  }
  if (details.mayMatchNothing === true || (isTag && details.name === DEFAULT_EXEMPT_TAG)) return {};
  if (filtered) return { warning: `${found}, and never did. ${PART}` };
  const message = `${found}, and never did: ${NOBODY}. ${wayOn(one, read, matched)}`;
  if (isTag || !read.some(({ target }) => target.settings.armed)) return { warning: message };
  const [only, other] = targets;
  // The people of that account decide what it matches, and must not stop the others.
  if (only && !other && areOthers)
    return { withheld: { accountId: only.target.account.id, reason: message } };
  return { exceeded: { limit: setting, allowed: 0, found: 1, message } };
}

const NOTHING: Readonly<Record<Setting, string>> = {
  'exempt.users': 'matches no member in',
  'exempt.groups': 'exists in none of',
  'exempt.userTag': 'is on no user with due keys in',
};
const NOBODY = 'it protects nobody';
const PART = 'This run covers part of the organization, so it cannot tell whether the name is misspelled.';

function accountsText(read: number, targets: readonly Target[]): string {
  const unread = targets.filter((target) => 'failure' in target).length;
  const which = read === 1 ? 'the only account that was read' : `the ${read} accounts that were read`;
  return unread === 0 ? which : `${which} (${unread} could not)`;
}

function wayOn(
  { setting, details: { name } }: Configured,
  read: readonly PlanOutline[],
  matched: readonly string[],
): string {
  if (setting === 'exempt.userTag') return 'Is it misspelled?';
  const earlier = matched.flatMap((one) => (one.startsWith(setting) ? [one.slice(setting.length + 1)] : []));
  const meant = nearest(name, [...earlier, ...read.flatMap(({ similarUsers }) => similarUsers)]);
  return (
    `${meant === undefined ? '' : `Did you mean "${meant}"? `}Correct it or, if it is meant for later, ` +
    `write { "name": "${name}", "mayMatchNothing": true }. Until then nothing is revoked.`
  );
}

function endOf({ setting, details }: Configured, now: Date): string[] {
  const { name, owner, reason } = details;
  const about = [owner && ` owner ${owner},`, reason && ` reason "${reason}",`].filter(Boolean).join('');
  const what = `The exemption of ${setting} "${name}",${about}`;
  const ending = endingWarning(what, details, NOBODY, now);
  return [endedWarning(what, details, now), ending].filter((warning) => warning !== undefined);
}

function includes(list: readonly string[], text: string): boolean {
  return list.some((one) => one.toLowerCase() === text.toLowerCase());
}
