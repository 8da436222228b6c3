import { parsePolicy, type Policy, type PolicyDocument } from '../policy/document.ts';
import { ApiError } from '../wire/api-error.ts';
import type { SandboxGroup, SandboxKey, SandboxRole, SandboxUser } from './entities.ts';
import { type IdPrefix, uniqueId } from './ids.ts';
import type { OrganizationalUnit } from './organizational-unit.ts';
import type { Partition } from './partition.ts';
import { SortedMap } from './sorted-map.ts';
import { TagHistory } from './tag-history.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

export interface AccountDetails {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly partition: Partition;
  readonly joinedAt: number;
  readonly joinedMethod: 'INVITED' | 'CREATED';
}

export interface RoleOptions {
  readonly roleName: string;
  readonly path?: string;
  readonly description?: string;
  readonly maxSessionDuration?: number;
  readonly trust: string | PolicyDocument;
  readonly policies?: Readonly<Record<string, string | PolicyDocument>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** ARNs of attached managed policies. The sandbox does not evaluate these. */
  readonly attachedPolicies?: readonly string[];
}

/** An account and its IAM entities. What IAM would refuse throws IAM's own error. */
export class SandboxAccount {
  readonly details: AccountDetails;
  state: AccountState = 'ACTIVE';
  /** Access keys of the root user. */
  rootKeys = 0;
  parent: OrganizationalUnit;
  readonly tags = new TagHistory();
  readonly scps: Policy[] = [];
  readonly users = new SortedMap<SandboxUser>((user) => user.userName);
  readonly groups = new SortedMap<SandboxGroup>((group) => group.groupName);
  readonly roles = new SortedMap<SandboxRole>((role) => role.roleName);
  readonly keys = new Map<string, SandboxKey>();
  #serial = 0;

  constructor(details: AccountDetails, parent: OrganizationalUnit) {
    this.details = details;
    this.parent = parent;
  }

  get id(): string {
    return this.details.id;
  }

  get name(): string {
    return this.details.name;
  }

  arn(kind: 'user' | 'group' | 'role', path: string, name: string): string {
    return `arn:${this.details.partition}:iam::${this.id}:${kind}${path}${name}`;
  }

  idOf(prefix: IdPrefix, entity: { readonly serial: number }): string {
    return uniqueId(prefix, this.id, entity.serial);
  }

  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  user(userName: string): SandboxUser {
    return this.users.get(userName) ?? noSuchEntity(`The user with name ${userName} cannot be found.`);
  }

  group(groupName: string): SandboxGroup {
    return this.groups.get(groupName) ?? noSuchEntity(`The group with name ${groupName} cannot be found.`);
  }

  role(roleName: string): SandboxRole {
    return this.roles.get(roleName) ?? noSuchEntity(`The role with name ${roleName} cannot be found.`);
  }

  keyOf(user: SandboxUser, accessKeyId: string): SandboxKey {
    const key = user.keys.find((candidate) => candidate.accessKeyId === accessKeyId);
    return key ?? noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
  }

  createUser(
    userName: string,
    path: string,
    createdAt: number,
    policies: readonly Policy[] = [],
  ): SandboxUser {
    if (this.users.get(userName)) throw entityAlreadyExists(`User with name ${userName} already exists.`);
    const user: SandboxUser = {
      userName,
      path,
      serial: this.nextSerial(),
      createdAt,
      groups: [],
      keys: [],
      tags: undefined,
      login: undefined,
      policies,
    };
    this.users.add(user);
    return user;
  }

  deleteUser(user: SandboxUser): void {
    if (user.keys.length > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.');
    if (user.groups.length > 0)
      throw deleteConflict('Cannot delete entity, must remove users from group first.');
    if (user.login) throw deleteConflict('Cannot delete entity, must delete login profile first.');
    this.users.remove(user);
  }

  createGroup(groupName: string, path: string, createdAt: number): SandboxGroup {
    if (this.groups.get(groupName)) throw entityAlreadyExists(`Group with name ${groupName} already exists.`);
    const members = new SortedMap<SandboxUser>((user) => user.userName);
    const group: SandboxGroup = { groupName, path, serial: this.nextSerial(), createdAt, members };
    this.groups.add(group);
    return group;
  }

  deleteGroup(group: SandboxGroup): void {
    if (group.members.size > 0)
      throw deleteConflict('Cannot delete entity, must remove users from group first.');
    this.groups.remove(group);
  }

  join(user: SandboxUser, group: SandboxGroup): void {
    if (user.groups.includes(group)) return;
    user.groups.push(group);
    group.members.add(user);
  }

  leave(user: SandboxUser, group: SandboxGroup): void {
    if (!user.groups.includes(group)) noSuchEntity(`The user with name ${user.userName} cannot be found.`);
    user.groups.splice(user.groups.indexOf(group), 1);
    group.members.remove(user);
  }

  /** Does not check the quota: there are users with more than two keys. */
  createKey(user: SandboxUser, status: string, createdAt: number): SandboxKey {
    const accessKeyId = uniqueId('AKIA', this.id, this.nextSerial());
    const key: SandboxKey = { accessKeyId, status, createdAt, user, lastUsed: undefined };
    user.keys.push(key);
    this.keys.set(accessKeyId, key);
    return key;
  }

  deleteKey(key: SandboxKey): void {
    key.user.keys.splice(key.user.keys.indexOf(key), 1);
    this.keys.delete(key.accessKeyId);
  }

  createRole(options: RoleOptions, createdAt: number): SandboxRole {
    if (this.roles.get(options.roleName))
      throw entityAlreadyExists(`Role with name ${options.roleName} already exists.`);
    const role: SandboxRole = {
      roleName: options.roleName,
      path: options.path ?? '/',
      serial: this.nextSerial(),
      createdAt,
      description: options.description,
      maxSessionDuration: options.maxSessionDuration ?? 3600,
      tags: new Map(Object.entries(options.tags ?? {})),
      attachedPolicies: options.attachedPolicies ?? [],
      trust: parsePolicy(options.trust),
      policies: new Map(
        Object.entries(options.policies ?? {}).map(([name, text]) => [name, parsePolicy(text)]),
      ),
    };
    this.roles.add(role);
    return role;
  }

  deleteRole(role: SandboxRole): void {
    if (role.policies.size > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
    this.roles.remove(role);
  }
}

export function noSuchEntity(message: string): never {
  throw new ApiError('NoSuchEntity', 404, message);
}

export function entityAlreadyExists(message: string): ApiError {
  return new ApiError('EntityAlreadyExists', 409, message);
}

function deleteConflict(message: string): ApiError {
  return new ApiError('DeleteConflict', 409, message);
}
