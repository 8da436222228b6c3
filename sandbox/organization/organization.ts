import { SandboxAccount, type AccountState, type RoleFacts } from './account.ts';
import { SandboxClock } from './clock.ts';
import { Directory } from './sorted-map.ts';
import type {
  PlacedFunction,
  PlacedSchedule,
  PlacedStateMachine,
  SandboxExecution,
  SandboxFunction,
  SandboxGroup,
  SandboxKey,
  SandboxRole,
  SandboxSchedule,
  SandboxStateMachine,
  SandboxUser,
} from './entities.ts';
import { lowerId } from './ids.ts';
import { OrganizationalUnit } from './organizational-unit.ts';
import type { Partition } from './partition.ts';
import { SandboxBucket } from './bucket.ts';
import { ALLOW_ALL, parsePolicy, type Policy, type PolicyDocument } from '../policy/document.ts';
import type { SentNotice } from './sent-notices.ts';

const DAY = 24 * 60 * 60 * 1000;

/** AWS Organizations makes this role in every account that it creates. */
export const ACCESS_ROLE = 'OrganizationAccountAccessRole';

export interface OrganizationOptions {
  /** 12 digits; `999999999999` unless given. */
  readonly managementAccountId?: string;
  readonly partition?: Partition;
  /** Ids of the organization, its root and its OUs follow from it. */
  readonly seed?: string;
  /** The time at which the clock stands until the sandbox starts; without it the clock runs with the wall clock. */
  readonly now?: Date;
}

export interface AccountOptions {
  /** 12 digits; counted up from 100000000001 unless given. */
  readonly id?: string;
  readonly name?: string;
  readonly email?: string;
  readonly state?: AccountState;
  /** An OU or its id; the root unless given. */
  readonly parent?: OrganizationalUnit | string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly joinedDaysAgo?: number;
  /** CREATED unless given; an account that was invited has no OrganizationAccountAccessRole. */
  readonly joinedMethod?: 'INVITED' | 'CREATED';
  /** The name of the role that the management account administers it with. */
  readonly accessRoleName?: string;
}

export interface UserOptions {
  readonly account: AccountRef;
  readonly userName: string;
  readonly path?: string;
  /** Made when they do not exist. */
  readonly groups?: readonly string[];
  /** Any number of them; the quota of two holds for CreateAccessKey only. Active and 100 days old unless told otherwise. */
  readonly keys?: readonly KeyOptions[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether there is a console password; false unless given. */
  readonly console?: boolean;
  readonly createdDaysAgo?: number;
  /** What the user's own keys may do. */
  readonly policies?: readonly PolicyDocument[];
}

export interface KeyOptions {
  readonly status?: string;
  readonly createdDaysAgo?: number;
  /** Never used unless given. */
  readonly lastUsedDaysAgo?: number;
}

export type AccountRef = SandboxAccount | string;

/** An AWS organization in memory: what the wire serves, and what tests build and look into. */
export class SandboxOrganization {
  readonly id: string;
  readonly partition: Partition;
  readonly clock: SandboxClock;
  readonly root: OrganizationalUnit;
  readonly accounts = new Directory<SandboxAccount>((account) => account.id);
  readonly managementAccount: SandboxAccount;
  /** Service principals by the account that may act for them, with the time of registration. */
  readonly delegatedAdministrators = new Map<string, Map<string, number>>();
  /** Service principals with trusted access, with the time at which they got it. */
  readonly serviceAccess = new Map<string, number>();
  readonly buckets = new Map<string, SandboxBucket>();
  /** Messages, events and mails. */
  readonly sent: SentNotice[] = [];
  /** By ARN. */
  readonly functions = new Map<string, PlacedFunction>();
  /** By ARN. */
  readonly schedules = new Map<string, PlacedSchedule>();
  /** By ARN. */
  readonly stateMachines = new Map<string, PlacedStateMachine>();
  readonly executions = new Map<string, SandboxExecution>();
  readonly #units = new Map<string, OrganizationalUnit>();
  readonly #seed: string;
  #nextAccountId = 100_000_000_001;

  constructor(options: OrganizationOptions = {}) {
    this.#seed = options.seed ?? 'sandbox';
    this.id = `o-${lowerId(`${this.#seed}/organization`, 10)}`;
    this.partition = options.partition ?? 'aws';
    this.clock = new SandboxClock(options.now);
    this.root = new OrganizationalUnit(`r-${lowerId(`${this.#seed}/root`, 4)}`, 'Root', undefined);
    this.#units.set(this.root.id, this.root);
    this.managementAccount = this.#place({
      id: options.managementAccountId ?? '999999999999',
      name: 'Management',
      joinedMethod: 'INVITED',
    });
  }

  /** @throws Error when the id is taken or the OU unknown */
  addAccount(options: AccountOptions = {}): SandboxAccount {
    const account = this.#place(options);
    if (account.facts.joinedMethod === 'CREATED') this.#addAccessRole(account, options.accessRoleName);
    return account;
  }

  /**
   * @param parent an OU or its id; the root unless given
   * @throws Error when the parent has one of that name
   */
  addOrganizationalUnit(name: string, parent: OrganizationalUnit | string = this.root): OrganizationalUnit {
    const above = typeof parent === 'string' ? this.unit(parent) : parent;
    if (above.units.list().some((unit) => unit.name === name))
      throw new Error(`${above.name} has an OU ${name}`);
    const suffix = lowerId(`${this.#seed}/${above.id}/${name}`, 8);
    const unit = new OrganizationalUnit(`ou-${this.root.id.slice(2)}-${suffix}`, name, above);
    this.#units.set(unit.id, unit);
    return unit;
  }

  addUser(options: UserOptions): SandboxUser {
    const account = this.account(options.account);
    const createdAt = this.#daysAgo(options.createdDaysAgo ?? 400);
    const policies = (options.policies ?? []).map(parsePolicy);
    const user = account.createUser(options.userName, options.path ?? '/', createdAt, policies);
    for (const name of options.groups ?? [])
      account.join(user, account.groups.get(name) ?? this.addGroup(account, name));
    for (const key of options.keys ?? []) this.addKey(account, user, key);
    if (options.tags) user.tags = new Map(Object.entries(options.tags));
    if (options.console) user.login = { createdAt, passwordResetRequired: false };
    return user;
  }

  addKey(account: AccountRef, user: SandboxUser, options: KeyOptions = {}): SandboxKey {
    const createdAt = this.#daysAgo(options.createdDaysAgo ?? 100);
    const key = this.account(account).createKey(user, options.status ?? 'Active', createdAt);
    if (options.lastUsedDaysAgo !== undefined) {
      key.lastUsed = { at: this.#daysAgo(options.lastUsedDaysAgo), service: 's3', region: 'us-east-1' };
    }
    return key;
  }

  addGroup(account: AccountRef, groupName: string, path = '/'): SandboxGroup {
    return this.account(account).createGroup(groupName, path, this.#daysAgo(400));
  }

  addRole(options: RoleFacts & { readonly account: AccountRef }): SandboxRole {
    return this.account(options.account).createRole(options, this.#daysAgo(400));
  }

  /** @param target an account, an OU, or the id of either or of the root */
  putScp(target: AccountRef | OrganizationalUnit, policy: PolicyDocument): void {
    const holder = typeof target === 'string' ? (this.accounts.get(target) ?? this.unit(target)) : target;
    holder.serviceControl.push(parsePolicy(policy));
  }

  tagAccount(account: AccountRef, tags: Readonly<Record<string, string>>): void {
    this.account(account).tags.set(Object.entries(tags), this.clock.milliseconds());
  }

  /** @param account the owner; the management account unless given */
  addBucket(name: string, account: AccountRef = this.managementAccount): SandboxBucket {
    const bucket = new SandboxBucket(name, this.account(account), this.clock.milliseconds());
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** Gives a service access to the organization, such as `member.org.stacksets.cloudformation.amazonaws.com`. */
  trustService(servicePrincipal: string): void {
    this.serviceAccess.set(servicePrincipal, this.clock.milliseconds());
  }

  /** Puts a function there, in place of one of that name. */
  putFunction(account: AccountRef, region: string, deployed: SandboxFunction): void {
    const { id } = this.account(account);
    const arn = `arn:${this.partition}:lambda:${region}:${id}:function:${deployed.functionName}`;
    this.functions.set(arn, { ...deployed, arn, modifiedAt: this.clock.milliseconds() });
  }

  /** Puts a schedule there, in place of one of that name. */
  putSchedule(account: AccountRef, region: string, schedule: SandboxSchedule): void {
    const { id } = this.account(account);
    const { name, groupName = 'default', createdDaysAgo = 100 } = schedule;
    const arn = `arn:${this.partition}:scheduler:${region}:${id}:schedule/${groupName}/${name}`;
    this.schedules.set(arn, { ...schedule, arn, createdAt: this.#daysAgo(createdDaysAgo) });
  }

  /** Puts a state machine there, in place of one of that name. */
  putStateMachine(account: AccountRef, region: string, deployed: SandboxStateMachine): void {
    const { id } = this.account(account);
    const arn = `arn:${this.partition}:states:${region}:${id}:stateMachine:${deployed.name}`;
    this.stateMachines.set(arn, { ...deployed, arn, createdAt: this.clock.milliseconds() });
  }

  registerDelegatedAdministrator(account: AccountRef, servicePrincipal = 'account.amazonaws.com'): void {
    const { id } = this.account(account);
    const services = this.delegatedAdministrators.get(id) ?? new Map<string, number>();
    this.delegatedAdministrators.set(id, services.set(servicePrincipal, this.clock.milliseconds()));
  }

  moveAccount(account: AccountRef, to: OrganizationalUnit | string): void {
    this.account(account).parent = typeof to === 'string' ? this.unit(to) : to;
  }

  /** @throws Error for an account that is not in the organization */
  account(ref: AccountRef): SandboxAccount {
    if (typeof ref !== 'string') return ref;
    const account = this.accounts.get(ref);
    if (!account) throw new Error(`no account ${ref} in the sandbox`);
    return account;
  }

  findUnit(id: string): OrganizationalUnit | undefined {
    return this.#units.get(id);
  }

  /** @throws Error for an OU that is not in the organization */
  unit(id: string): OrganizationalUnit {
    const unit = this.findUnit(id);
    if (!unit) throw new Error(`no organizational unit ${id} in the sandbox`);
    return unit;
  }

  /** @throws ApiError NoSuchEntity */
  user(account: AccountRef, userName: string): SandboxUser {
    return this.account(account).user(userName);
  }

  /** Every access key of the account, by the order in which they were made. */
  keysOf(account: AccountRef): readonly SandboxKey[] {
    return [...this.account(account).keys.values()];
  }

  /** The service control policies above an account; the management account is bound by none. */
  serviceControlOf(account: SandboxAccount): readonly Policy[] {
    if (account === this.managementAccount) return [];
    const policies = [...account.serviceControl];
    for (let unit: OrganizationalUnit | undefined = account.parent; unit; unit = unit.parent) {
      policies.push(...unit.serviceControl);
    }
    return policies;
  }

  #place(options: AccountOptions): SandboxAccount {
    const id = options.id ?? String(this.#nextAccountId++);
    if (this.accounts.get(id)) throw new Error(`account ${id} is in the sandbox already`);
    const name = options.name ?? `account-${id}`;
    const parent =
      typeof options.parent === 'string' ? this.unit(options.parent) : (options.parent ?? this.root);
    const account = new SandboxAccount(
      {
        id,
        name,
        email: options.email ?? `aws+${id}@example.com`,
        partition: this.partition,
        joinedAt: this.#daysAgo(options.joinedDaysAgo ?? 500),
        joinedMethod: options.joinedMethod ?? 'CREATED',
      },
      parent,
    );
    account.state = options.state ?? 'ACTIVE';
    if (options.tags) account.tags.set(Object.entries(options.tags), account.facts.joinedAt);
    this.accounts.add(account);
    return account;
  }

  #addAccessRole(account: SandboxAccount, roleName = ACCESS_ROLE): void {
    const principal = { AWS: `arn:${this.partition}:iam::${this.managementAccount.id}:root` };
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
    } as const;
    account.createRole(
      { roleName, trust, policies: { AdministratorAccess: ALLOW_ALL } },
      account.facts.joinedAt,
    );
  }

  #daysAgo(days: number): number {
    return this.clock.milliseconds() - days * DAY;
  }
}
