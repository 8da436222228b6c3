import type { IAMClient } from '@aws-sdk/client-iam';
import pLimit, { type LimitFunction } from 'p-limit';

import { failureOf } from '../../aws/calling.ts';
import { groupMembers, type GroupMembers } from '../../aws/iam/members.ts';
import type { IamUser } from '../../aws/iam/user.ts';
import { EMPTY_MEMORY, holdEnd, readMemory, type AccountMemory } from '../../ledger/memory.ts';
import type { DenyList } from '../../ledger/deny-list.ts';
import type { Contact, Escape, UnreadUser } from '../../ledger/record.ts';
import type { DecisionContext, RememberedKey } from '../../rules/decide-keys.ts';
import type { KeyDecision, MatchedExemption } from '../../rules/decision.ts';
import { inForce, matchedExemptions } from '../../rules/exempt.ts';
import type { MachineUser } from '../../rules/machine-user.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { contact } from './contact.ts';
import { mapLimited } from '../map-limited.ts';
import { machineUser } from './machine-user.ts';
import { decideUser, type UserToRead } from './decide-user.ts';
import { findEscapes } from './find-escapes.ts';
import { decideLeaked, leakedIn } from './leaked-keys.ts';
import { renamedUsers } from './renamed-users.ts';
import { decisionTime, type RunContext } from '../run-context.ts';
import { openAccountSession } from '../open-account-session.ts';

export interface AccountPlan {
  readonly target: TargetAccount;
  /** Members of the configured groups. */
  readonly users: number;
  /** Configured and exempt groups that this account does not have. */
  readonly missingGroups: readonly string[];
  readonly decisions: readonly KeyDecision[];
  readonly unreadUsers: readonly UnreadUser[];
  /** Of users with due keys. */
  readonly machineUsers: readonly MachineUser[];
  /** Of users with due keys, in a notice run. */
  readonly contacts?: readonly Contact[];
  /** As `exempt.users NAME`. */
  readonly matchedExemptions?: readonly string[];
  /** Undefined when the account was read again to write to it. */
  readonly escaped?: readonly Escape[];
  readonly problems?: readonly string[];
  readonly memory: AccountMemory;
}

/**
 * Reads one account in a read-only session, and decides about every key of the members of its groups.
 * @throws CallFailedError, or the store's error, when something that affects the whole account cannot be read
 */
export async function planAccount(target: TargetAccount, context: RunContext): Promise<AccountPlan> {
  const iam = await openAccountSession(target, { reads: true }, context, context.deadline.reading);
  return decideAccount(iam, target, await readMemory(context.store, target.account.id), context);
}

/**
 * @param only IDs or names of the users to decide about; undefined: all members
 * @throws CallFailedError when something that affects the whole account cannot be read
 */
export async function decideAccount(
  iam: IAMClient,
  target: TargetAccount,
  memory: AccountMemory,
  context: RunContext,
  only?: ReadonlySet<string>,
): Promise<AccountPlan> {
  const { account, settings } = target;
  const limit = pLimit(settings.callsPerAccount);
  const read = { iam, accountId: account.id, limit, signal: context.deadline.reading };
  const groups = await membersOf(settings.groups, read);
  const users = usersOf(groups).filter(
    ({ userId, userName }) => only?.has(userId) || only?.has(userName) !== false,
  );
  const leaked = leakedIn(target, context);
  const exemptGroups =
    users.length + leaked.size > 0 ? inForce(settings.exempt.groups, decisionTime(context)) : [];
  const exempt = await membersOf(
    exemptGroups.map(({ name }) => name),
    read,
  );

  const now = context.now();
  const remembered = rememberedKeys(memory, leaked, now);
  const results = await limit.map(users, async (user) =>
    planUser(iam, { user, exemptGroup: groupOf(user, exemptGroups, exempt), remembered }, target, context),
  );
  const plans = results.filter((result) => 'decisions' in result);
  const missing = results.flatMap((result) => ('missing' in result ? result.missing : []));
  const byName = users.filter((_, at) => isKeptByName(results[at]));
  const groupsNow = missing.length + byName.length > 0 ? settings.groups : [];
  const renamed = renamedUsers({ missing, byName }, usersOf(await membersOf(groupsNow, read)));
  const decisions = plans
    .flatMap((planned) => planned.decisions)
    .filter((decision) => !renamed.some(({ userName }) => userName === decision.userName));
  const existing = exemptGroups.map(({ name }) => name).filter((name) => exempt.get(name));
  const unreadUsers = [...results.filter((result) => 'failure' in result), ...renamed];
  const members = new Set(users.map(({ userName }) => userName));
  const calls = { atATime: settings.callsPerAccount, signal: context.deadline.reading };
  const { escaped, unread } = await findEscapes(
    iam,
    only ? EMPTY_MEMORY : memory,
    { members, decisions, unreadUsers },
    calls,
  );
  const outside = await decideLeaked(
    iam,
    target,
    {
      ...{ leaked, decisions, unreadUsers, only, remembered },
      by: { ...decisionContext(target, context), rules: { ...settings.rules, users: 'all' } },
      exemptGroup: (userName) => groupOf({ userName }, exemptGroups, exempt),
    },
    context,
  );
  return {
    target,
    users: users.length,
    missingGroups: [...groups, ...exempt].filter(([, members]) => !members).map(([name]) => name),
    decisions: [...decisions, ...outside.decisions],
    matchedExemptions: matchedExemptions(settings.exempt, { members: users, groups: existing, decisions }),
    unreadUsers: [...unreadUsers, ...unread, ...outside.unread],
    escaped,
    problems: [...unprovenHolds(target, memory, now), ...outside.problems],
    machineUsers: plans.flatMap(({ machineUsers }) => machineUsers),
    contacts: plans.flatMap(({ contacts }) => contacts),
    memory,
  };
}

function rememberedKeys({ keys }: AccountMemory, leaked: DenyList, now: Date): Map<string, RememberedKey> {
  const remembered = new Map<string, RememberedKey>(
    [...keys].map(([id, key]) => [id, { ...key, holdUntil: holdEnd(key, now) }]),
  );
  for (const [id, { revokedAt: leakedAt }] of leaked) remembered.set(id, { ...remembered.get(id), leakedAt });
  return remembered;
}

/** By what IAM said of a name, which somebody else may have had at that moment. */
function isKeptByName(plan: UserPlan | undefined): boolean {
  const reasons = plan && 'decisions' in plan ? plan.decisions.map(({ reason }) => reason) : [];
  return reasons.includes('exempt.userTag') || reasons.includes('no-console-access');
}

function unprovenHolds({ account }: TargetAccount, { keys }: AccountMemory, now: Date): string[] {
  const unproven = [...keys].filter(([, key]) => key.holdUntil && key.holdUntil > now && !holdEnd(key, now));
  return unproven.map(
    ([id, { userName, heldByRun = 'none' }]) =>
      `The hold on key ${id} of ${userName} in account ${account.id} was ignored: ` +
      `no undo made it (run ${heldByRun}). If somebody needs the key, undo its revocation again.`,
  );
}

interface GroupReading {
  readonly iam: IAMClient;
  readonly accountId: string;
  readonly limit: LimitFunction;
  readonly signal: AbortSignal;
}

/** The members of the configured groups. @throws CallFailedError */
export async function currentMembers(
  iam: IAMClient,
  { account, settings }: TargetAccount,
  { deadline }: RunContext,
): Promise<readonly IamUser[]> {
  const limit = pLimit(settings.callsPerAccount);
  const read = { iam, accountId: account.id, limit, signal: deadline.reading };
  return usersOf(await membersOf(settings.groups, read));
}

async function membersOf(
  groups: readonly string[],
  { iam, accountId, limit, signal }: GroupReading,
): Promise<Map<string, GroupMembers>> {
  const members = await mapLimited(groups, limit, (groupName) =>
    groupMembers(iam, { accountId, groupName }, signal),
  );
  return new Map(groups.map((name, at) => [name, members[at]]));
}

/** Every member once. */
function usersOf(groups: ReadonlyMap<string, GroupMembers>): IamUser[] {
  const members = [...groups.values()].filter((found) => found !== undefined).flat();
  return [...new Map(members.map((user) => [user.userId, user])).values()];
}

function groupOf(
  { userId, userName }: Partial<IamUser>,
  exemptGroups: readonly MatchedExemption[],
  groups: ReadonlyMap<string, GroupMembers>,
): MatchedExemption | undefined {
  return exemptGroups.find(({ name }) =>
    groups
      .get(name)
      ?.some((member) => (userId === undefined ? member.userName === userName : member.userId === userId)),
  );
}

function decisionContext(
  { settings: { rules, exempt } }: TargetAccount,
  context: RunContext,
): DecisionContext {
  return { rules, exempt, now: decisionTime(context), ownKey: context.caller.accessKeyId };
}

type UserPlan =
  | Required<Pick<AccountPlan, 'decisions' | 'machineUsers' | 'contacts'>>
  | UnreadUser
  /** The user no longer exists under that name. */
  | { readonly missing: IamUser };

async function planUser(
  iam: IAMClient,
  toRead: Omit<UserToRead, 'readAt'>,
  target: TargetAccount,
  context: RunContext,
): Promise<UserPlan> {
  const { deadline, now } = context;
  const { userName } = toRead.user;
  const by = decisionContext(target, context);
  try {
    const decisions = await decideUser(iam, { ...toRead, readAt: now() }, by, deadline.reading);
    if (!decisions) return { missing: toRead.user };
    const contacts = await contact(iam, userName, decisions, context);
    const machineUsers = await machineUser(iam, userName, decisions, target, context);
    return { decisions, contacts, machineUsers };
  } catch (error) {
    return { userName, failure: failureOf('iam:ListAccessKeys', error) };
  }
}
