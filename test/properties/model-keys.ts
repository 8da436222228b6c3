import { isDenied, type Settings } from './model-scope.ts';
import { DAY, type Facts, type UserFacts } from './story.ts';

export interface ModelKey {
  readonly accessKeyId: string;
  readonly account: number;
  readonly user: UserFacts;
  readonly status: string;
  /** Milliseconds since 1970, as all times of the model. */
  readonly createdAt: number;
  readonly usedAt: number | undefined;
}

/** docs/deletion.md, "What keysweep remembers". */
export interface Remembered {
  readonly inactiveSince?: number | undefined;
  readonly holdUntil?: number | undefined;
}

export type Decision = 'keep' | 'deactivate' | 'delete';

/** What is decided about the keys of one user, by id; or which failure leaves all of them alone. */
export type UserVerdict = ReadonlyMap<string, Decision> | 'denied' | 'failed';

export interface Knowledge {
  readonly facts: Facts;
  readonly settings: Settings;
  readonly memory: ReadonlyMap<string, Remembered>;
  /** The key that the sweep runs with. */
  readonly ownKey: string;
  readonly now: number;
}

/** Clocks may be a quarter of an hour apart; a key that was created later than that makes no sense. */
const SKEW = DAY / 96;
/** docs/deletion.md: "a key may be up to six hours short of deleteAfterDays". */
const SHORT = DAY / 4;

/** Promises 1 and 2 of one user of one account; `keys` are all of the user's. */
export function judged(
  account: number,
  user: UserFacts,
  keys: readonly ModelKey[],
  by: Knowledge,
): UserVerdict {
  const { facts, settings } = by;
  const denied = (action: string): boolean => isDenied(facts, account, action);
  if (denied('iam:ListAccessKeys')) return 'denied';
  if (keys.some(({ createdAt }) => createdAt > by.now + SKEW)) return 'failed';
  const kept = new Map(keys.map(({ accessKeyId }) => [accessKeyId, 'keep' as const]));
  if (settings.exemptUsers.some((pattern) => fits(user.userName, pattern))) return kept;
  if (user.groups.some((group) => isAmong(group, settings.exemptGroups))) return kept;

  if (denied('iam:GetAccessKeyLastUsed') && keys.some((key) => dependsOnUse(key, by))) return 'denied';
  const due = new Map(keys.map((key) => [key.accessKeyId, decided(key, by)]));
  if (![...due.values()].some((decision) => decision !== 'keep')) return due;
  if (settings.exemptTag !== false) {
    if (denied('iam:ListUserTags')) return 'denied';
    if (isTagged(user, settings.exemptTag)) return kept;
  }
  if (settings.users === 'with-console-access') {
    if (denied('iam:GetLoginProfile')) return 'denied';
    if (!user.console) return kept;
  }
  if (denied('iam:GetAccessKeyLastUsed') && keys.some((key) => isDueToBeForgotten(key, by))) return 'denied';
  return new Map(
    keys.map((key) => [key.accessKeyId, isUsedSince(key, by) ? 'keep' : due.get(key.accessKeyId)!]),
  );
}

/** By age, status, mode, memory and hold; not yet by the last use. */
function decided(key: ModelKey, { settings, memory, ownKey, now }: Knowledge): Decision {
  const { inactiveSince, holdUntil = 0 } = memory.get(key.accessKeyId) ?? {};
  if (key.accessKeyId === ownKey || holdUntil > now) return 'keep';
  if (now - key.createdAt < settings.maxKeyAgeDays * DAY && !isUnused(key, settings, now)) return 'keep';
  if (!['Active', 'Inactive', 'Expired'].includes(key.status)) return 'keep';
  if (settings.mode === 'delete') return 'delete';
  if (key.status === 'Active') return 'deactivate';
  if (settings.mode === 'deactivate' || inactiveSince === undefined) return 'keep';
  return hasWaited(inactiveSince, settings, now) ? 'delete' : 'keep';
}

/** docs/configuration.md: "A key that was never used counts from its creation". */
function isUnused({ createdAt, usedAt }: ModelKey, { maxUnusedDays }: Settings, now: number): boolean {
  return maxUnusedDays !== false && now - Math.max(createdAt, usedAt ?? 0) >= maxUnusedDays * DAY;
}

/** Whether keysweep has to ask AWS for the last use: it would revoke the key if it were unused. */
function dependsOnUse(key: ModelKey, by: Knowledge): boolean {
  const isYoung = by.now - key.createdAt < by.settings.maxKeyAgeDays * DAY;
  const unused = { ...key, usedAt: undefined };
  const decision = decided(unused, by);
  return isYoung && (decision === 'deactivate' || (decision === 'delete' && by.settings.mode === 'delete'));
}

function isDueToBeForgotten(key: ModelKey, by: Knowledge): boolean {
  return by.settings.mode === 'deactivate-then-delete' && decided(key, by) === 'delete';
}

/** "A key that was used after that date was Active after it, so its days are counted from the last use." */
function isUsedSince(key: ModelKey, by: Knowledge): boolean {
  return (
    isDueToBeForgotten(key, by) && key.usedAt !== undefined && !hasWaited(key.usedAt, by.settings, by.now)
  );
}

function hasWaited(since: number, { deleteAfterDays }: Settings, now: number): boolean {
  return now - since >= deleteAfterDays * DAY - SHORT;
}

export function isAmong(name: string, names: readonly string[]): boolean {
  return names.some((other) => other.toLowerCase() === name.toLowerCase());
}

export function fits(name: string, pattern: string): boolean {
  const source = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 'i').test(name);
}

/** IAM compares the keys of tags without case, and their values with it. */
export function isTagged({ tags }: UserFacts, tag: string): boolean {
  const [key, value] = tag.split('=');
  return Object.entries(tags).some(([name, is]) => isAmong(name, [key!]) && is === value);
}
