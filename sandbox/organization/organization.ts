import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { ALLOW_ALL, parsePolicy, type Policy, type PolicyDocument } from '../policy/document.ts';
import { type AccountState, type RoleOptions, SandboxAccount } from './account.ts';
import { SandboxBucket } from './bucket.ts';
import { SandboxClock } from './clock.ts';
import type {
  FunctionOptions,
  SandboxExecution,
  SandboxFunction,
  SandboxGroup,
  SandboxKey,
  SandboxRole,
  SandboxSchedule,
  SandboxSigningKey,
  SandboxStackInstance,
  SandboxStackSet,
  SandboxStateMachine,
  SandboxUser,
  ScheduleOptions,
  StateMachineOptions,
} from './entities.ts';
import { lowerId } from './ids.ts';
import { OrganizationalUnit } from './organizational-unit.ts';
import type { Partition } from './partition.ts';
import type { SecurityFinding, SentNotice } from './sent-notices.ts';
import { SortedMap } from './sorted-map.ts';

const DAY = 24 * 60 * 60 * 1000;

/** AWS Organizations creates this role in every account that it creates. */
export const ACCESS_ROLE = 'OrganizationAccountAccessRole';

export interface OrganizationOptions {
  /** 12 digits. Default: `999999999999`. */
  readonly managementAccountId?: string;
  readonly partition?: Partition;
  /** The ids of the organization, its root and its OUs are derived from it. */
  readonly seed?: string;
  /** The clock stands at this time until the sandbox starts. Default: it follows the system clock. */
  readonly now?: Date;
}

export interface AccountOptions {
  /** 12 digits. Default: the next one from 100000000001. */
  readonly id?: string;
  readonly name?: string;
  readonly email?: string;
  readonly state?: AccountState;
  /** An OU or its id. Default: the root. */
  readonly parent?: OrganizationalUnit | string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly joinedDaysAgo?: number;
  /** Default: CREATED. An invited account has no OrganizationAccountAccessRole. */
  readonly joinedMethod?: 'INVITED' | 'CREATED';
  /** The role for the management account. Default: OrganizationAccountAccessRole. */
  readonly accessRoleName?: string;
}

export interface UserOptions {
  readonly account: AccountRef;
  readonly userName: string;
  readonly path?: string;
  /** Created if they do not exist. */
  readonly groups?: readonly string[];
  /** Any number: only CreateAccessKey checks the quota of two. Default of a key: Active, 100 days old. */
  readonly keys?: readonly KeyOptions[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether the user has a console password. Default: false. */
  readonly console?: boolean;
  readonly createdDaysAgo?: number;
  /** Policies for calls with the user's own keys. */
  readonly policies?: readonly PolicyDocument[];
}

export interface KeyOptions {
  readonly status?: string;
  readonly createdDaysAgo?: number;
  /** Default: never used. */
  readonly lastUsedDaysAgo?: number;
}

export type AccountRef = SandboxAccount | string;

/** An AWS organization in memory: the server answers from it, tests build and inspect it. */
export class SandboxOrganization {
  readonly id: string;
  readonly partition: Partition;
  readonly clock: SandboxClock;
  readonly root: OrganizationalUnit;
  readonly accounts = new SortedMap<SandboxAccount>((account) => account.id);
  readonly managementAccount: SandboxAccount;
  /** By account id: service principals with the time of registration. */
  readonly delegatedAdministrators = new Map<string, Map<string, number>>();
  /** Service principals with trusted access, with the time at which it was enabled. */
  readonly serviceAccess = new Map<string, number>();
  readonly buckets = new Map<string, SandboxBucket>();
  readonly sent: SentNotice[] = [];
  /** In Security Hub, by ID. */
  readonly findings = new Map<string, SecurityFinding>();
  /** By ARN. */
  readonly functions = new Map<string, SandboxFunction>();
  /** By ARN. */
  readonly schedules = new Map<string, SandboxSchedule>();
  /** By ARN. */
  readonly stateMachines = new Map<string, SandboxStateMachine>();
  /** Rules of EventBridge: ENABLED or DISABLED, by ARN. */
  readonly rules = new Map<string, 'ENABLED' | 'DISABLED'>();
  /** By name. */
  readonly stackSets = new Map<string, SandboxStackSet>();
  readonly signingKeys: SandboxSigningKey[] = [];
  /** By ARN. */
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
    this.managementAccount = this.#createAccount({
      id: options.managementAccountId ?? '999999999999',
      name: 'Management',
      joinedMethod: 'INVITED',
    });
  }

  /** @throws Error if the id is taken or the OU unknown */
  addAccount(options: AccountOptions = {}): SandboxAccount {
    const account = this.#createAccount(options);
    if (account.details.joinedMethod === 'CREATED') this.#addAccessRole(account, options.accessRoleName);
    return account;
  }

  /**
   * @param parent an OU or its id
   * @throws Error if the parent already has an OU of that name
   */
  addOrganizationalUnit(name: string, parent: OrganizationalUnit | string = this.root): OrganizationalUnit {
    const parentUnit = this.#unitOf(parent);
    if (parentUnit.units.list().some((unit) => unit.name === name))
      throw new Error(`${parentUnit.name} already has an OU ${name}`);
    const suffix = lowerId(`${this.#seed}/${parentUnit.id}/${name}`, 8);
    const unit = new OrganizationalUnit(`ou-${this.root.id.slice(2)}-${suffix}`, name, parentUnit);
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

  addRole(options: RoleOptions & { readonly account: AccountRef }): SandboxRole {
    return this.account(options.account).createRole(options, this.#daysAgo(400));
  }

  /** @param target an account, an OU or the root, or its id */
  putScp(target: AccountRef | OrganizationalUnit, policy: PolicyDocument): void {
    const holder = typeof target === 'string' ? (this.accounts.get(target) ?? this.unit(target)) : target;
    holder.scps.push(parsePolicy(policy));
  }

  tagAccount(account: AccountRef, tags: Readonly<Record<string, string>>): void {
    this.account(account).tags.set(Object.entries(tags), this.clock.milliseconds());
  }

  /** @param account the owner */
  addBucket(name: string, account: AccountRef = this.managementAccount): SandboxBucket {
    const bucket = new SandboxBucket(name, this.account(account), this.clock.milliseconds());
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** Creates a key and its alias, such as `arn:aws:kms:eu-central-1:111122223333:alias/keysweep-ledger`. */
  addSigningKey(aliasArn: string): SandboxSigningKey {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const arn = aliasArn.replace(/alias\/.*/, `key/${randomUUID()}`);
    const key = { arn, aliasArn, privateKey, createdAt: this.clock.milliseconds() };
    this.signingKeys.unshift(key);
    return key;
  }

  /** Enables trusted access for a service, such as `member.org.stacksets.cloudformation.amazonaws.com`. */
  enableServiceAccess(servicePrincipal: string): void {
    this.serviceAccess.set(servicePrincipal, this.clock.milliseconds());
  }

  /** Creates the function, or replaces the one of that name. */
  putFunction(account: AccountRef, region: string, options: FunctionOptions): void {
    const { id } = this.account(account);
    const arn = `arn:${this.partition}:lambda:${region}:${id}:function:${options.functionName}`;
    this.functions.set(arn, { ...options, arn, modifiedAt: this.clock.milliseconds() });
  }

  /** Creates the schedule, or replaces the one of that name. */
  putSchedule(account: AccountRef, region: string, options: ScheduleOptions): void {
    const { id } = this.account(account);
    const { name, groupName = 'default', createdDaysAgo = 100 } = options;
    const arn = `arn:${this.partition}:scheduler:${region}:${id}:schedule/${groupName}/${name}`;
    this.schedules.set(arn, { ...options, arn, createdAt: this.#daysAgo(createdDaysAgo) });
  }

  /** Creates the state machine, or replaces the one of that name. */
  putStateMachine(account: AccountRef, region: string, options: StateMachineOptions): void {
    const { id } = this.account(account);
    const arn = `arn:${this.partition}:states:${region}:${id}:stateMachine:${options.name}`;
    this.stateMachines.set(arn, { ...options, arn, createdAt: this.clock.milliseconds() });
  }

  /** Creates the StackSet, or replaces the one of that name. */
  putStackSet(name: string, region: string, instances: readonly SandboxStackInstance[]): void {
    const sorted = [...instances].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
    this.stackSets.set(name, { name, region, instances: sorted });
  }

  registerDelegatedAdministrator(account: AccountRef, servicePrincipal = 'account.amazonaws.com'): void {
    const { id } = this.account(account);
    const services = this.delegatedAdministrators.get(id) ?? new Map<string, number>();
    this.delegatedAdministrators.set(id, services.set(servicePrincipal, this.clock.milliseconds()));
  }

  moveAccount(account: AccountRef, to: OrganizationalUnit | string): void {
    this.account(account).parent = this.#unitOf(to);
  }

  /** @throws Error if the account is not in the organization */
  account(ref: AccountRef): SandboxAccount {
    if (typeof ref !== 'string') return ref;
    const account = this.accounts.get(ref);
    if (!account) throw new Error(`the sandbox has no account ${ref}`);
    return account;
  }

  findUnit(id: string): OrganizationalUnit | undefined {
    return this.#units.get(id);
  }

  /** @throws Error if the OU is not in the organization */
  unit(id: string): OrganizationalUnit {
    const unit = this.findUnit(id);
    if (!unit) throw new Error(`the sandbox has no organizational unit ${id}`);
    return unit;
  }

  /** @throws ApiError NoSuchEntity */
  user(account: AccountRef, userName: string): SandboxUser {
    return this.account(account).user(userName);
  }

  /** Every access key of the account, in the order of creation. */
  keysOf(account: AccountRef): readonly SandboxKey[] {
    return [...this.account(account).keys.values()];
  }

  /** The service control policies that apply to an account: none to the management account. */
  scpsFor(account: SandboxAccount): readonly Policy[] {
    if (account === this.managementAccount) return [];
    const policies = [...account.scps];
    for (let unit: OrganizationalUnit | undefined = account.parent; unit; unit = unit.parent) {
      policies.push(...unit.scps);
    }
    return policies;
  }

  #createAccount(options: AccountOptions): SandboxAccount {
    const id = options.id ?? String(this.#nextAccountId++);
    if (this.accounts.get(id)) throw new Error(`the sandbox already has account ${id}`);
    const name = options.name ?? `account-${id}`;
    const parent = this.#unitOf(options.parent ?? this.root);
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
    if (options.tags) account.tags.set(Object.entries(options.tags), account.details.joinedAt);
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
      account.details.joinedAt,
    );
  }

  #unitOf(ref: OrganizationalUnit | string): OrganizationalUnit {
    return typeof ref === 'string' ? this.unit(ref) : ref;
  }

  #daysAgo(days: number): number {
    return this.clock.milliseconds() - days * DAY;
  }
}
