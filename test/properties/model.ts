import {
  isAmong,
  isTagged,
  judged,
  type Decision,
  type ModelKey,
  type Remembered,
  type UserVerdict,
} from './model-keys.ts';
import { unmatched } from './model-exempt.ts';
import { limited, type Last } from './model-limits.ts';
import { isDenied, isEntered, leftOut, settingsOf, type Settings } from './model-scope.ts';
import { OPERATOR } from './building.ts';
import type { Facts, UserFacts } from './story.ts';

/** What can change in a story. */
export interface World {
  /** By access key id, without those that were deleted. */
  readonly keys: ReadonlyMap<string, ModelKey>;
  readonly memory: ReadonlyMap<string, Remembered>;
}

export interface Foretold {
  readonly verdict: 'ok' | 'incomplete' | 'stopped';
  readonly exceeded: readonly string[];
  /** By number of the account; undefined for one that has left. */
  readonly outcomes: readonly (string | undefined)[];
  /** About every key that the sweep sees and understands. */
  readonly decisions: ReadonlyMap<string, Decision>;
  /** What it may write at most, limits aside: keys that are due in armed accounts. */
  readonly due: ReadonlySet<string>;
  /** Those of them in accounts that are withheld. */
  readonly withheld: ReadonlySet<string>;
  /** Exemptions that matched something up to now. */
  readonly matched: ReadonlySet<string>;
  readonly world: World;
}

interface Read {
  readonly account: number;
  readonly settings: Settings;
  /** By user name. */
  readonly users: ReadonlyMap<string, UserVerdict>;
}

/** A sweep or a plan, and when. */
export interface Asked {
  readonly mode: 'sweep' | 'plan';
  /** In milliseconds. */
  readonly now: number;
  /** The key that it runs with. */
  readonly ownKey: string;
  readonly last?: Last | undefined;
  /** Exemptions that matched something before. */
  readonly matched?: ReadonlySet<string>;
  /** The plan that is applied, by access key id. */
  readonly only?: ReadonlyMap<string, Planned> | undefined;
}

export interface Planned {
  readonly decision: Decision;
  readonly status: string;
}

/** What a sweep, or a plan, of the whole story does when nothing goes wrong that the facts do not tell. */
export function foretell(facts: Facts, world: World, asked: Asked): Foretold {
  const { mode, now } = asked;
  const numbers = facts.accounts.map((_, index) => index);
  const listed = numbers.filter((account) => facts.accounts[account]!.away !== true);
  const left = numbers.map((account) => leftOut(facts, account, now));
  const targets = listed.filter((account) => left[account] === undefined);
  const reads = targets.flatMap((account) => readAccount(facts, world, account, asked));
  const armed = reads.filter(({ settings }) => settings.armed);
  const due = new Set(armed.flatMap(dueIn));
  const limits = limited(
    facts,
    {
      armed: armed.map((read) => ({ account: read.account, due: dueIn(read).length, aged: aged(read) })),
      listed: listed.length,
      targets: targets.length,
      closed: targets.filter((account) => !isEntered(facts, account)).length,
    },
    asked.last,
  );
  const exemptions = unmatched(
    facts,
    targets.map((account) => ({ account, found: found(facts, account, reads) })),
    asked.matched ?? new Set(),
  );
  const over = [...limits.exceeded, ...exemptions.stops];
  const writes = mode === 'sweep' && over.length === 0;
  const withheld = new Set([...limits.withheld, ...exemptions.withheld]);
  const written = reads.filter(({ account, settings }) => settings.armed && !withheld.has(account));

  const outcomes = numbers.map((account) => {
    if (!listed.includes(account)) return undefined;
    if (left[account] !== undefined) return left[account];
    if (!isEntered(facts, account)) return 'cannot-assume';
    const read = reads.find((one) => one.account === account);
    if (read && writes && read.settings.armed && withheld.has(account)) return 'withheld';
    return read ? outcomeOf(facts, read, writes) : 'denied';
  });
  const isWhole = isReasonable(facts, targets, reads) && outcomes.every(isFine);
  return {
    verdict: mode === 'sweep' && !writes ? 'stopped' : isWhole ? 'ok' : 'incomplete',
    exceeded: over,
    outcomes,
    decisions: new Map(reads.flatMap(decisionsIn)),
    due,
    withheld: new Set(armed.filter(({ account }) => withheld.has(account)).flatMap(dueIn)),
    matched: exemptions.matched,
    world: writes ? written.reduce((next, read) => afterwards(facts, next, read, now), world) : world,
  };
}

function found(facts: Facts, account: number, reads: readonly Read[]) {
  const read = reads.find((one) => one.account === account);
  const groups = [
    ...facts.accounts[account]!.emptyGroups,
    ...usersOf(facts, account).flatMap((user) => user.groups),
  ];
  return read && { members: [...read.users.keys()], groups };
}

function isFine(outcome: string | undefined): boolean {
  if (outcome === undefined) return true;
  return ['swept', 'nothing-due', 'planned', 'opted-out', 'out-of-scope', 'not-active'].includes(outcome);
}

function readAccount(
  facts: Facts,
  { keys, memory }: World,
  account: number,
  { ownKey, now, only }: Asked,
): Read[] {
  if (!isEntered(facts, account) || isDenied(facts, account, 'iam:GetGroup')) return [];
  const settings = settingsOf(facts, account);
  const by = { facts, settings, memory, ownKey, now };
  const members = usersOf(facts, account).filter(({ groups }) =>
    groups.some((group) => isAmong(group, settings.groups)),
  );
  const verdicts = members.map((user): [string, UserVerdict] => {
    const own = [...keys.values()].filter(
      (key) => key.account === account && key.user.userName === user.userName,
    );
    const verdict = judged(account, user, own, by);
    return [user.userName, only && typeof verdict !== 'string' ? asPlanned(verdict, keys, only) : verdict];
  });
  return [{ account, settings, users: new Map(verdicts) }];
}

/** "Each is decided anew; what changed since is listed and left alone." */
function asPlanned(
  decisions: ReadonlyMap<string, Decision>,
  keys: World['keys'],
  only: ReadonlyMap<string, Planned>,
): ReadonlyMap<string, Decision> {
  const isPlanned = (id: string, decision: Decision): boolean =>
    only.get(id)?.decision === decision && only.get(id)?.status === keys.get(id)?.status;
  return new Map([...decisions].map(([id, decision]) => [id, isPlanned(id, decision) ? decision : 'keep']));
}

/** What has waited for its deletion is not due for its age. */
function aged(read: Read): { readonly seen: number; readonly due: number } {
  if (read.settings.maxKeyAgeDays === 0) return { seen: 0, due: 0 };
  const due = decisionsIn(read).filter(
    ([, decision]) => decision === 'deactivate' || (decision === 'delete' && read.settings.mode === 'delete'),
  );
  return { seen: decisionsIn(read).length, due: due.length };
}

function usersOf({ accounts }: Facts, account: number): UserFacts[] {
  return [...accounts[account]!.users, ...(account === 0 ? [OPERATOR] : [])];
}

function decisionsIn({ users }: Read): [string, Decision][] {
  return [...users.values()].flatMap((verdict) => (typeof verdict === 'string' ? [] : [...verdict]));
}

function dueIn(read: Read): string[] {
  return decisionsIn(read).flatMap(([accessKeyId, decision]) => (decision === 'keep' ? [] : [accessKeyId]));
}

const ACTION = { deactivate: 'iam:UpdateAccessKey', delete: 'iam:DeleteAccessKey' } as const;

function isRefused(facts: Facts, account: number, decision: Decision): boolean {
  return decision !== 'keep' && isDenied(facts, account, ACTION[decision]);
}

function outcomeOf(facts: Facts, read: Read, writes: boolean): string {
  const { account, settings, users } = read;
  const isWritten = writes && settings.armed;
  const refused = isWritten && decisionsIn(read).some(([, decision]) => isRefused(facts, account, decision));
  const verdicts = [...users.values()];
  if (refused || verdicts.includes('denied')) return 'denied';
  if (verdicts.includes('failed')) return 'failed';
  if (dueIn(read).length === 0) return 'nothing-due';
  return isWritten ? 'swept' : 'planned';
}

/**
 * A sweep of a group that exists nowhere is not ok, whatever its accounts say; but one or two accounts with
 * groups of their own may lack these.
 */
function isReasonable(facts: Facts, targets: readonly number[], reads: readonly Read[]): boolean {
  if (facts.filters.accounts || facts.filters.units) return true;
  const existing = (account: number, group: string): boolean =>
    !reads.some((read) => read.account === account) ||
    isAmong(group, [
      ...facts.accounts[account]!.emptyGroups,
      ...usersOf(facts, account).flatMap(({ groups }) => groups),
    ]);
  const groups = new Set(targets.flatMap((account) => settingsOf(facts, account).groups));
  return [...groups].every((group) => {
    const having = targets.filter((account) => settingsOf(facts, account).groups.includes(group));
    const isOwn = having.length <= 2 && !facts.config.defaults.groups.includes(group);
    return isOwn || having.some((account) => existing(account, group));
  });
}

/** The world after the plan of one account was carried out; docs/deletion.md says what is remembered. */
function afterwards(facts: Facts, world: World, read: Read, now: number): World {
  if (!read.settings.armed) return world;
  const keys = new Map(world.keys);
  for (const [id, decision] of decisionsIn(read)) {
    if (isRefused(facts, read.account, decision)) continue;
    if (decision === 'delete') keys.delete(id);
    if (decision === 'deactivate') keys.set(id, { ...keys.get(id)!, status: 'Inactive' });
  }
  return { keys, memory: remembered(world, keys, read, now) };
}

function remembered(
  world: World,
  keys: ReadonlyMap<string, ModelKey>,
  { account, users }: Read,
  now: number,
): Map<string, Remembered> {
  const memory = new Map(world.memory);
  for (const { accessKeyId, account: at, user, status } of world.keys.values()) {
    if (at !== account) continue;
    const known = world.memory.get(accessKeyId) ?? {};
    const verdict = users.get(user.userName);
    const isInactive = verdict !== undefined && (keys.get(accessKeyId)?.status ?? 'Active') !== 'Active';
    // "Its date is forgotten; the next sweep deactivates it and its days start again."
    const since = status === 'Active' ? undefined : known.inactiveSince;
    const isHeld = known.holdUntil !== undefined && known.holdUntil > now;
    memory.set(accessKeyId, {
      inactiveSince:
        typeof verdict === 'string' ? known.inactiveSince : isInactive ? (since ?? now) : undefined,
      holdUntil: isHeld ? known.holdUntil : undefined,
    });
  }
  return memory;
}

export interface Undone {
  readonly world: World;
  readonly verdict: 'ok' | 'incomplete';
}

/**
 * An undo of keys that a sweep, and none after it, deactivated: those that are still Inactive are Active
 * again, and they are held as those are that somebody activated already. What an earlier undo gave back and
 * is Inactive again stays so, and is not held. Nothing is written to a user who is tagged as exempt by now,
 * docs/adr/0002-two-sessions.md.
 */
export function undone(
  facts: Facts,
  world: World,
  deactivated: readonly ModelKey[],
  { holdUntil, gaveBack }: { readonly holdUntil: number; readonly gaveBack: readonly ModelKey[] },
): Undone {
  const keys = new Map(world.keys);
  const memory = new Map(world.memory);
  let verdict: Undone['verdict'] = 'ok';
  for (const { accessKeyId, account } of deactivated) {
    const isRead = isEntered(facts, account) && !isDenied(facts, account, 'iam:ListAccessKeys');
    const key = keys.get(accessKeyId);
    const isWritten =
      isRead && !isDenied(facts, account, ACTION.deactivate) && !isSpared(facts, account, key);
    const isLeft = key?.status === 'Inactive' && gaveBack.some((one) => one.accessKeyId === accessKeyId);
    if (!isRead || (key?.status === 'Inactive' && !isWritten && !isLeft)) verdict = 'incomplete';
    if (!isRead || !key || isLeft || !['Active', 'Inactive'].includes(key.status)) continue;
    if (isWritten && key.status === 'Inactive') keys.set(accessKeyId, { ...key, status: 'Active' });
    memory.set(accessKeyId, { holdUntil });
  }
  return { world: { keys, memory }, verdict };
}

function isSpared(facts: Facts, account: number, key: ModelKey | undefined): boolean {
  const { exemptTag } = settingsOf(facts, account);
  const user = facts.accounts[account]!.users.find(({ userName }) => userName === key?.user.userName);
  return user !== undefined && exemptTag !== false && isTagged(user, exemptTag);
}
