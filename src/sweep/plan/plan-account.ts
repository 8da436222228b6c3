import type { IAMClient } from '@aws-sdk/client-iam';
import pLimit, { type LimitFunction } from 'p-limit';

import { failureOf } from '../../aws/calling.ts';
import { groupMembers, type GroupMembers } from '../../aws/iam/members.ts';
import type { IamUser } from '../../aws/iam/user.ts';
import { readMemory, type AccountMemory } from '../../ledger/memory.ts';
import type { Contact, UnreadUser } from '../../ledger/record.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import type { MachineUser } from '../../rules/machine-user.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { contact } from './contact.ts';
import { mapLimited } from '../map-limited.ts';
import { machineUser } from './machine-user.ts';
import { decideUser, type UserToRead } from './decide-user.ts';
import { renamedUsers } from './renamed-users.ts';
import { decisionTime, type RunContext } from '../run-context.ts';
import { openAccountSession } from '../open-account-session.ts';

/** What was read in one target and decided about it. Nothing has been written. */
export interface AccountPlan {
  readonly target: TargetAccount;
  /** Members of the configured groups, each counted once. */
  readonly users: number;
  /** Groups of the configuration (and of its exemptions) that this account does not have. */
  readonly missingGroups: readonly string[];
  readonly decisions: readonly KeyDecision[];
  readonly unreadUsers: readonly UnreadUser[];
  /** Of those with due keys. */
  readonly machineUsers: readonly MachineUser[];
  /** Of those with due keys, where a notice run is to write to them. */
  readonly contacts?: readonly Contact[];
  readonly memory: AccountMemory;
}

/**
 * Reads one account through a session that can only read, and decides about every key of the members of its groups.
 * @throws CallFailedError, or the store's error, when something that governs the whole account cannot be read
 */
export async function planAccount(target: TargetAccount, context: RunContext): Promise<AccountPlan> {
  const { settings } = target;
  const iam = await openAccountSession(target, { reads: true }, context, context.deadline.reading);
  const limit = pLimit(settings.callsPerAccount);
  const memory = await readMemory(context.store, target.account.id);
  const groups = await membersOf(settings.groups, iam, limit, context);
  const users = usersOf(groups);
  const exempt =
    users.length > 0
      ? await membersOf(settings.exempt.groups, iam, limit, context)
      : new Map<string, GroupMembers>();

  const judged = await limit.map(users, async (user) =>
    judgeUser(iam, { user, inExemptGroup: isIn(user, exempt), remembered: memory.keys }, target, context),
  );
  const missing = judged.flatMap((result) => ('missing' in result ? result.missing : []));
  const renamed =
    missing.length > 0
      ? renamedUsers(missing, usersOf(await membersOf(settings.groups, iam, limit, context)))
      : [];
  return {
    target,
    users: users.length,
    missingGroups: [...groups, ...exempt].filter(([, members]) => !members).map(([name]) => name),
    decisions: judged.flatMap((result) => ('decisions' in result ? result.decisions : [])),
    unreadUsers: [...judged.flatMap((result) => ('failure' in result ? [result] : [])), ...renamed],
    machineUsers: judged.flatMap((result) => ('decisions' in result ? result.machineUsers : [])),
    contacts: judged.flatMap((result) => ('decisions' in result ? result.contacts : [])),
    memory,
  };
}

async function membersOf(
  groups: readonly string[],
  iam: IAMClient,
  limit: LimitFunction,
  { deadline }: RunContext,
): Promise<Map<string, GroupMembers>> {
  const members = await mapLimited(groups, limit, (name) => groupMembers(iam, name, deadline.reading));
  return new Map(groups.map((name, at) => [name, members[at]]));
}

/** Every member once, whatever number of groups it is in. */
function usersOf(groups: ReadonlyMap<string, GroupMembers>): IamUser[] {
  const members = [...groups.values()].filter((found) => found !== undefined).flat();
  return [...new Map(members.map((user) => [user.userId, user])).values()];
}

function isIn({ userId }: IamUser, groups: ReadonlyMap<string, GroupMembers>): boolean {
  return [...groups.values()].some((members) => members?.some((member) => member.userId === userId));
}

type Judged =
  | Required<Pick<AccountPlan, 'decisions' | 'machineUsers' | 'contacts'>>
  | UnreadUser
  /** IAM knows no user of that name any more. */
  | { readonly missing: IamUser };

async function judgeUser(
  iam: IAMClient,
  toRead: Omit<UserToRead, 'readAt'>,
  target: TargetAccount,
  context: RunContext,
): Promise<Judged> {
  const { caller, deadline, now } = context;
  const { settings } = target;
  const { userName } = toRead.user;
  const by = {
    rules: settings.rules,
    exempt: settings.exempt,
    now: decisionTime(context),
    ownKey: caller.accessKeyId,
  };
  try {
    const decisions = await decideUser(iam, { ...toRead, readAt: now() }, by, deadline.reading);
    if (!decisions) return { missing: toRead.user };
    const contacts = await contact(iam, userName, decisions, context);
    return {
      decisions,
      contacts,
      machineUsers: await machineUser(iam, userName, decisions, target, context),
    };
  } catch (error) {
    return { userName, failure: failureOf('iam:ListAccessKeys', error) };
  }
}
