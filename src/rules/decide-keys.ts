import type { Exempt, Rules } from '../config/schema.ts';
import type { AccessKey, IamUser } from '../aws/iam/user.ts';
import {
  isRevoke,
  type KeepReason,
  type KeyDecision,
  type MatchedExemption,
  type RevokeReason,
} from './decision.ts';
import { exemptByName, exemptByTag, tagText } from './exempt.ts';

/** What earlier runs recorded about a key. */
export interface RememberedKey {
  /** Start of the sweep that first recorded the key as inactive. */
  readonly inactiveSince?: Date | undefined;
  /** Sweeps leave the key alone until then, unless it leaked. */
  readonly holdUntil?: Date | undefined;
  /** When it was put on the deny list: it is due whatever its age. */
  readonly leakedAt?: Date | undefined;
}

/** The optional facts cost a call each and are read only when {@link decideKeys} needs them. */
export interface UserFacts {
  readonly user: IamUser;
  readonly keys: readonly AccessKey[];
  readonly remembered: ReadonlyMap<string, RememberedKey>;
  /** One in force of which the user is a member. */
  readonly exemptGroup?: MatchedExemption | undefined;
  readonly tags?: ReadonlyMap<string, string> | undefined;
  readonly consoleAccess?: boolean | undefined;
  /** By key ID; `undefined`: never used. */
  readonly lastUsed?: ReadonlyMap<string, Date | undefined> | undefined;
}

export type UserDecision =
  | { readonly decided: true; readonly decisions: readonly KeyDecision[] }
  | { readonly decided: false; readonly need: Need };

/** The fact to read next. */
export type Need =
  | { readonly fact: 'tags' }
  | { readonly fact: 'console-access' }
  | { readonly fact: 'last-used'; readonly accessKeyIds: readonly string[] };

export interface DecisionContext {
  readonly rules: Rules;
  readonly exempt: Exempt;
  readonly now: Date;
  /** ID of the key that keysweep runs with. */
  readonly ownKey: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** Schedules are not exact to the second, and clocks change: from Friday to Friday counts as seven days. */
const DELETION_TOLERANCE = DAY / 4;

/**
 * Decides about each key of one user, or returns the one fact it still needs. It needs a fact only when a key
 * would be revoked without it, so that no call is wasted.
 */
export function decideKeys(facts: UserFacts, context: DecisionContext): UserDecision {
  const pattern = exemptByName(facts.user, context.exempt, context.now);
  if (pattern) return keepAll(facts, 'exempt.users', pattern);
  if (facts.exemptGroup) return keepAll(facts, 'exempt.groups', facts.exemptGroup);

  const byRules = facts.keys.map((key) => withLastUse(decide(key, facts, context), facts));
  if (!byRules.some(isRevoke)) return { decided: true, decisions: byRules };
  // First, because most young keys are in use, and need no further fact.
  const unusedPerhaps = withoutLastUse('maxUnusedDays reached', byRules, facts);
  if (unusedPerhaps.length > 0) return needsLastUse(unusedPerhaps);

  if (context.exempt.userTag !== false) {
    if (!facts.tags) return { decided: false, need: { fact: 'tags' } };
    const { userTag } = context.exempt;
    if (exemptByTag(facts.tags, userTag)) return keepAll(facts, 'exempt.userTag', { name: tagText(userTag) });
  }
  if (context.rules.users === 'with-console-access') {
    if (facts.consoleAccess === undefined) return { decided: false, need: { fact: 'console-access' } };
    if (!facts.consoleAccess) return keepAll(facts, 'no-console-access');
  }
  const inactive = byRules.filter(({ status }) => status !== 'Active');
  const deletedPerhaps = [
    ...withoutLastUse('deleteAfterDays reached', byRules, facts),
    ...withoutLastUse('leaked', inactive, facts),
  ];
  if (deletedPerhaps.length > 0) return needsLastUse(deletedPerhaps);
  return { decided: true, decisions: byRules };
}

function withoutLastUse(
  reason: RevokeReason,
  decisions: readonly KeyDecision[],
  { lastUsed }: UserFacts,
): string[] {
  return decisions
    .filter((decision) => decision.reason === reason && !lastUsed?.has(decision.accessKeyId))
    .map(({ accessKeyId }) => accessKeyId);
}

function needsLastUse(accessKeyIds: readonly string[]): UserDecision {
  return { decided: false, need: { fact: 'last-used', accessKeyIds } };
}

function keepAll({ user, keys }: UserFacts, reason: KeepReason, exemption?: MatchedExemption): UserDecision {
  const decisions = keys.map((key) => ({ ...keep(key, user, reason), ...(exemption && { exemption }) }));
  return { decided: true, decisions };
}

/** People see when a key was last used, where the rules had to know. */
function withLastUse(decision: KeyDecision, { lastUsed }: UserFacts): KeyDecision {
  const { accessKeyId } = decision;
  return lastUsed?.has(accessKeyId) ? { ...decision, lastUsed: lastUsed.get(accessKeyId) ?? null } : decision;
}

function decide(key: AccessKey, facts: UserFacts, context: DecisionContext): KeyDecision {
  const { user } = facts;
  if (key.accessKeyId === context.ownKey) return keep(key, user, 'own-key');
  const remembered = facts.remembered.get(key.accessKeyId);
  if (remembered?.leakedAt) return decideDue(key, facts, context, 'leaked');
  if (remembered?.holdUntil && remembered.holdUntil > context.now) return keep(key, user, 'on-hold');
  const { maxKeyAgeDays, maxUnusedDays } = context.rules;
  if (maxKeyAgeDays === 0) return decideDue(key, facts, context, 'maxKeyAgeDays is 0');
  if (isDaysAgo(key.createDate, maxKeyAgeDays, context))
    return decideDue(key, facts, context, 'maxKeyAgeDays reached');
  return maxUnusedDays !== false && isDaysAgo(key.createDate, maxUnusedDays, context)
    ? decideByUse(key, facts, context, maxUnusedDays)
    : keep(key, user, 'maxKeyAgeDays not reached');
}

/** What happens to the key if it is unused, which matters only if it would be revoked. */
function decideByUse(
  key: AccessKey,
  facts: UserFacts,
  context: DecisionContext,
  maxUnusedDays: number,
): KeyDecision {
  const ifUnused = decideDue(key, facts, context, 'maxUnusedDays reached');
  if (!isRevoke(ifUnused)) return ifUnused;
  const lastUsed = facts.lastUsed?.get(key.accessKeyId) ?? key.createDate;
  return isDaysAgo(lastUsed, maxUnusedDays, context)
    ? ifUnused
    : keep(key, facts.user, 'maxUnusedDays not reached');
}

function decideDue(
  key: AccessKey,
  facts: UserFacts,
  context: DecisionContext,
  dueReason: RevokeReason,
): KeyDecision {
  const { user } = facts;
  switch (key.status) {
    case 'Active':
      return revoke(key, user, context.rules.mode === 'delete' ? 'delete' : 'deactivate', dueReason);
    case 'Inactive':
    case 'Expired':
      return context.rules.mode === 'delete'
        ? revoke(key, user, 'delete', dueReason)
        : decideInactive(key, facts, context, dueReason === 'leaked' ? 'leaked' : 'deleteAfterDays reached');
    default:
      return keep(key, user, 'unknown-status');
  }
}

function decideInactive(
  key: AccessKey,
  facts: UserFacts,
  context: DecisionContext,
  dueReason: RevokeReason,
): KeyDecision {
  if (context.rules.mode === 'deactivate') return keep(key, facts.user, 'mode is deactivate');
  const { inactiveSince: found, leakedAt } = facts.remembered.get(key.accessKeyId) ?? {};
  // Without a record Infinity, so that the key waits.
  const recorded = Math.min(...[found, leakedAt].flatMap((date) => date?.getTime() ?? []));
  // A use after the recorded day proves that the key was active in between: the wait starts again.
  const lastUsed = facts.lastUsed?.get(key.accessKeyId);
  const inactiveSince = Math.max(recorded, lastUsed?.getTime() ?? 0);
  const waited = context.now.getTime() - inactiveSince;
  return waited >= context.rules.deleteAfterDays * DAY - DELETION_TOLERANCE
    ? revoke(key, facts.user, 'delete', dueReason)
    : keep(key, facts.user, 'deleteAfterDays not reached');
}

function isDaysAgo(date: Date, days: number, { now }: DecisionContext): boolean {
  return now.getTime() - date.getTime() >= days * DAY;
}

function keep(key: AccessKey, { userName }: IamUser, reason: KeepReason): KeyDecision {
  return { ...key, userName, action: 'keep', reason };
}

function revoke(
  key: AccessKey,
  { userName, userId }: IamUser,
  action: 'deactivate' | 'delete',
  reason: RevokeReason,
): KeyDecision {
  return { ...key, userName, userId, action, reason };
}
