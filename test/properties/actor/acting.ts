import type { SandboxAccount } from '../../../sandbox/organization/account.ts';
import type { SandboxKey, SandboxUser } from '../../../sandbox/organization/entities.ts';
import type { SandboxOrganization } from '../../../sandbox/organization/organization.ts';
import { removeRotationRole, renameUser } from '../../support/sweeping.ts';
import type { Built } from '../building.ts';
import type { UserFacts } from '../story.ts';
import type { Act, KeyChange } from './acts.ts';

const MINUTE = 60_000;

/** Carries out an act in the sandbox; never on the user with whose key the runs are made. */
export function perform(act: Act, built: Built): void {
  const { organization, accounts, unitId } = built;
  if (act.type === 'minutes') {
    organization.clock.advance(act.minutes * MINUTE);
    return;
  }
  const account = accounts[act.account]!;
  if ('user' in act) {
    const user = pick(usersOf(account, built), act.user);
    if (user) changeUser(act, user, account, built);
    return;
  }
  const isListed = organization.accounts.get(account.id) !== undefined;
  switch (act.type) {
    case 'create-user':
      createUser(organization, account, act.as);
      return;
    case 'set-key':
      setKey(pick(keysOf(account, built), act.key), act.to, account, organization);
      return;
    case 'delete-group':
      deleteGroup(account, act.group);
      return;
    case 'delete-role':
      if (isListed) removeRotationRole(organization, account.id);
      return;
    case 'tag-account':
      if (isListed) organization.tagAccount(account, act.tags);
      return;
    case 'move':
      if (isListed) organization.moveAccount(account, unitId(act.to));
      return;
    case 'close':
      if (act.account !== 0) account.state = 'SUSPENDED';
      return;
    case 'leave':
      if (act.account !== 0 && isListed) leave(organization, account);
  }
}

function changeUser(
  act: Extract<Act, { user: number }>,
  user: SandboxUser,
  account: SandboxAccount,
  built: Built,
): void {
  const { organization } = built;
  switch (act.type) {
    case 'delete-user':
      deleteUser(account, user);
      return;
    case 'recreate-user':
      deleteUser(account, user);
      createUser(organization, account, { ...act.as, userName: user.userName });
      return;
    case 'rename-user':
      if (!account.users.get(act.to)) renameUser(account, user, act.to);
      return;
    case 'swap-names':
    case 'take-name': {
      const other = pick(usersOf(account, built), act.other);
      if (other && other !== user) takeName(account, user, other, act.type === 'swap-names');
      return;
    }
    case 'regroup':
      regroup(organization, account, user, act.groups);
      return;
    case 'tag-user':
      user.tags = new Map(Object.entries(act.tags));
      return;
    case 'password':
      user.login = act.has ? { createdAt: user.createdAt, passwordResetRequired: false } : undefined;
      return;
    case 'create-key':
      organization.addKey(account, user, { createdDaysAgo: act.ageDays });
  }
}

/** In the order of their creation. */
function usersOf(account: SandboxAccount, { operator }: Built): SandboxUser[] {
  const users = account.users.list().filter((user) => user !== operator.key.user);
  return users.toSorted((a, b) => a.serial - b.serial);
}

function keysOf(account: SandboxAccount, { operator }: Built): SandboxKey[] {
  return [...account.keys.values()].filter((key) => key !== operator.key);
}

function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % items.length];
}

function createUser(organization: SandboxOrganization, account: SandboxAccount, as: UserFacts): void {
  if (account.users.get(as.userName)) return;
  const { userName, groups, tags, console, keys } = as;
  const made = keys.map(({ status, ageDays }) => ({ status, createdDaysAgo: ageDays }));
  organization.addUser({ account, userName, groups, tags, console, keys: made });
}

function deleteUser(account: SandboxAccount, user: SandboxUser): void {
  for (const key of [...user.keys]) account.deleteKey(key);
  for (const group of [...user.groups]) account.leave(user, group);
  user.login = undefined;
  account.deleteUser(user);
}

function takeName(account: SandboxAccount, user: SandboxUser, other: SandboxUser, isSwap: boolean): void {
  const { userName } = user;
  const free = `${userName}-old`;
  if (account.users.get(free)) return;
  const names = isSwap ? other.userName : free;
  renameUser(account, user, free);
  renameUser(account, other, userName);
  if (isSwap) renameUser(account, user, names);
}

function regroup(
  organization: SandboxOrganization,
  account: SandboxAccount,
  user: SandboxUser,
  groups: readonly string[],
): void {
  for (const group of [...user.groups]) account.leave(user, group);
  for (const name of groups)
    account.join(user, account.groups.get(name) ?? organization.addGroup(account, name));
}

function setKey(
  key: SandboxKey | undefined,
  to: KeyChange,
  account: SandboxAccount,
  { clock }: SandboxOrganization,
): void {
  if (!key) return;
  switch (to) {
    case 'gone':
      account.deleteKey(key);
      return;
    case 'used':
      key.lastUsed = { at: clock.milliseconds(), service: 's3', region: 'us-east-1' };
      return;
    case 'Active':
    case 'Inactive':
      key.status = to;
  }
}

function deleteGroup(account: SandboxAccount, name: string): void {
  const group = account.groups.get(name);
  if (!group) return;
  for (const user of group.members.list()) account.leave(user, group);
  account.deleteGroup(group);
}

/** Whatever Organizations attached to it, tags and policies, stays behind. */
function leave(organization: SandboxOrganization, account: SandboxAccount): void {
  organization.accounts.remove(account);
  account.scps.length = 0;
  account.tags.remove([...account.tags.current.keys()], organization.clock.milliseconds());
}
