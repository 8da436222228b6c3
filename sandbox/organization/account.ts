import { ApiError } from '../wire/api-error.ts';
import { Directory } from './sorted-map.ts';
import type { SandboxGroup, SandboxKey, SandboxRole, SandboxUser } from './entities.ts';
import { uniqueId, type IdPrefix } from './ids.ts';
import type { OrganizationalUnit } from './organizational-unit.ts';
import type { Partition } from './partition.ts';
import { parsePolicy, type Policy, type PolicyDocument } from '../policy/document.ts';
import { TagHistory } from './tag-history.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

export interface AccountFacts {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly partition: Partition;
  readonly joinedAt: number;
  readonly joinedMethod: 'INVITED' | 'CREATED';
}

export interface RoleFacts {
  readonly roleName: string;
  readonly path?: string;
  readonly description?: string;
  readonly maxSessionDuration?: number;
  readonly trust: string | PolicyDocument;
  readonly policies?: Readonly<Record<string, string | PolicyDocument>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** ARNs of managed policies that are attached; they allow nothing here. */
  readonly attachedPolicies?: readonly string[];
}

/** One account and what IAM holds in it. Whatever cannot be is thrown as IAM's own error. */
export class SandboxAccount {
  readonly facts: AccountFacts;
  state: AccountState = 'ACTIVE';
  parent: OrganizationalUnit;
  readonly tags = new TagHistory();
  readonly serviceControl: Policy[] = [];
  readonly users = new Directory<SandboxUser>((user) => user.userName);
  readonly groups = new Directory<SandboxGroup>((group) => group.groupName);
  readonly roles = new Directory<SandboxRole>((role) => role.roleName);
  readonly keys = new Map<string, SandboxKey>();
  #serial = 0;

  constructor(facts: AccountFacts, parent: OrganizationalUnit) {
    this.facts = facts;
    this.parent = parent;
  }

  get id(): string {
    return this.facts.id;
  }

  get name(): string {
    return this.facts.name;
  }

  arn(kind: 'user' | 'group' | 'role', path: string, name: string): string {
    return `arn:${this.facts.partition}:iam::${this.id}:${kind}${path}${name}`;
  }

  idOf(prefix: IdPrefix, thing: { readonly serial: number }): string {
    return uniqueId(prefix, this.id, thing.serial);
  }

  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  user(userName: string): SandboxUser {
    return this.users.get(userName) ?? missing(`The user with name ${userName} cannot be found.`);
  }

  group(groupName: string): SandboxGroup {
    return this.groups.get(groupName) ?? missing(`The group with name ${groupName} cannot be found.`);
  }

  role(roleName: string): SandboxRole {
    return this.roles.get(roleName) ?? missing(`The role with name ${roleName} cannot be found.`);
  }

  keyOf(user: SandboxUser, accessKeyId: string): SandboxKey {
    const key = user.keys.find((candidate) => candidate.accessKeyId === accessKeyId);
    return key ?? missing(`The Access Key with id ${accessKeyId} cannot be found.`);
  }

  createUser(
    userName: string,
    path: string,
    createdAt: number,
    policies: readonly Policy[] = [],
  ): SandboxUser {
    if (this.users.get(userName)) throw taken(`User with name ${userName} already exists.`);
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
    if (user.keys.length > 0) throw conflict('Cannot delete entity, must delete access keys first.');
    if (user.groups.length > 0) throw conflict('Cannot delete entity, must remove users from group first.');
    if (user.login) throw conflict('Cannot delete entity, must delete login profile first.');
    this.users.remove(user);
  }

  createGroup(groupName: string, path: string, createdAt: number): SandboxGroup {
    if (this.groups.get(groupName)) throw taken(`Group with name ${groupName} already exists.`);
    const members = new Directory<SandboxUser>((user) => user.userName);
    const group: SandboxGroup = { groupName, path, serial: this.nextSerial(), createdAt, members };
    this.groups.add(group);
    return group;
  }

  deleteGroup(group: SandboxGroup): void {
    if (group.members.size > 0) throw conflict('Cannot delete entity, must remove users from group first.');
    this.groups.remove(group);
  }

  join(user: SandboxUser, group: SandboxGroup): void {
    if (user.groups.includes(group)) return;
    user.groups.push(group);
    group.members.add(user);
  }

  leave(user: SandboxUser, group: SandboxGroup): void {
    if (!user.groups.includes(group)) missing(`The user with name ${user.userName} cannot be found.`);
    user.groups.splice(user.groups.indexOf(group), 1);
    group.members.remove(user);
  }

  /** Looks at no quota: organizations with more than two keys for a user have been seen. */
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

  createRole(facts: RoleFacts, createdAt: number): SandboxRole {
    if (this.roles.get(facts.roleName)) throw taken(`Role with name ${facts.roleName} already exists.`);
    const role: SandboxRole = {
      roleName: facts.roleName,
      path: facts.path ?? '/',
      serial: this.nextSerial(),
      createdAt,
      description: facts.description,
      maxSessionDuration: facts.maxSessionDuration ?? 3600,
      tags: new Map(Object.entries(facts.tags ?? {})),
      attachedPolicies: facts.attachedPolicies ?? [],
      trust: parsePolicy(facts.trust),
      policies: new Map(
        Object.entries(facts.policies ?? {}).map(([name, text]) => [name, parsePolicy(text)]),
      ),
    };
    this.roles.add(role);
    return role;
  }

  deleteRole(role: SandboxRole): void {
    if (role.policies.size > 0) throw conflict('Cannot delete entity, must delete policies first.');
    this.roles.remove(role);
  }
}

export function missing(message: string): never {
  throw new ApiError('NoSuchEntity', 404, message);
}

export function taken(message: string): ApiError {
  return new ApiError('EntityAlreadyExists', 409, message);
}

function conflict(message: string): ApiError {
  return new ApiError('DeleteConflict', 409, message);
}
