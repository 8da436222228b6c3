import type { ConfigInput } from '../../src/config/schema.ts';
import type { AccountState, SandboxAccount } from '../../sandbox/organization/account.ts';
import type { SandboxKey } from '../../sandbox/organization/entities.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { ALLOW_ALL } from '../../sandbox/policy/document.ts';
import type { Filters } from '../../src/targets/filters.ts';
import { addRotationRole } from '../support/sweeping.ts';
import {
  BEGINNING,
  DAY,
  EXTERNAL_ID,
  ROOT,
  type AccountFacts,
  type Denial,
  type Facts,
  type Place,
  type SettingsFacts,
  type UserFacts,
} from './story.ts';

/** A key of the story, by the name that the sandbox gave it. */
export interface BuiltKey {
  readonly accessKeyId: string;
  readonly account: number;
  readonly user: UserFacts;
  readonly key: SandboxKey;
}

export interface Built {
  readonly organization: SandboxOrganization;
  /** Those that have left, too. */
  readonly accounts: readonly SandboxAccount[];
  readonly accountIds: readonly string[];
  readonly unitId: (place: Place) => string;
  /** Those that are gone, too; to be added to. */
  readonly keys: BuiltKey[];
  readonly config: ConfigInput;
  readonly filters: Filters;
  /**
   * A user of the management account whose key the sweeps run with; a member of the swept groups like others.
   */
  readonly operator: BuiltKey;
}

export const OPERATOR: UserFacts = {
  userName: 'operator',
  groups: ['Developers', 'Ops'],
  tags: {},
  console: true,
  keys: [{ status: 'Active', ageDays: 400 }],
};

/**
 * Makes the organization and the accounts.json that the facts tell of.
 * @param now the time there; undefined: the wall clock's
 */
export function build(facts: Facts, now?: Date): Built {
  const organization = new SandboxOrganization(now && { now });
  const units: string[] = [];
  const unitId = (place: Place): string => (place === ROOT ? organization.root.id : units[place]!);
  for (const { name, above } of facts.units)
    units.push(organization.addOrganizationalUnit(name, unitId(above)).id);
  const accounts = facts.accounts.map((account, index) =>
    index === 0 ? organization.managementAccount : organization.addAccount({ parent: unitId(account.place) }),
  );
  const accountIds = accounts.map(({ id }) => id);
  const keys = facts.accounts.flatMap((account, index) => {
    furnish(organization, accountIds[index]!, account);
    return account.users.flatMap((user) => addUser(organization, accountIds[index]!, index, user));
  });
  const [operator] = addUser(organization, accountIds[0]!, 0, OPERATOR);
  for (const denial of facts.denials) deny(organization, denial, accountIds, unitId);
  return {
    organization,
    accounts,
    accountIds,
    unitId,
    keys: [...keys, operator!],
    operator: operator!,
    config: configOf(facts, accountIds, unitId),
    filters: {
      ...(facts.filters.accounts && { accounts: facts.filters.accounts.map((index) => accountIds[index]!) }),
      ...(facts.filters.units && { organizationalUnits: facts.filters.units.map(unitId) }),
    },
  };
}

function furnish(organization: SandboxOrganization, id: string, facts: AccountFacts): void {
  const account = organization.account(id);
  // FROZEN is none of AWS's: the state of a time to come.
  account.state = facts.state as AccountState;
  organization.tagAccount(account, facts.tags);
  for (const name of facts.emptyGroups) organization.addGroup(account, name);
  if (facts.door === 'no-role') return;
  const trusted = facts.door === 'distrusts' ? '123456789012' : organization.managementAccount.id;
  addRotationRole(organization, id, facts.door === 'asks-for-id' ? EXTERNAL_ID : undefined, trusted);
}

function addUser(
  organization: SandboxOrganization,
  accountId: string,
  account: number,
  user: UserFacts,
): BuiltKey[] {
  const { userName, groups, tags, console } = user;
  const made = organization.addUser({
    account: accountId,
    userName,
    groups,
    tags,
    console,
    policies: user === OPERATOR ? [ALLOW_ALL] : [],
    keys: user.keys.map(({ status, ageDays, lastUsedDaysAgo }) => ({
      status,
      createdDaysAgo: ageDays,
      ...(lastUsedDaysAgo !== undefined && { lastUsedDaysAgo }),
    })),
  });
  return made.keys.map((key) => ({ accessKeyId: key.accessKeyId, account, user, key }));
}

function deny(
  organization: SandboxOrganization,
  { on, actions }: Denial,
  accountIds: readonly string[],
  unitId: (place: Place) => string,
): void {
  const target = 'account' in on ? accountIds[on.account]! : unitId(on.unit);
  organization.putScp(target, {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: [...actions], Resource: '*' }],
  });
}

function configOf(
  { config }: Facts,
  accountIds: readonly string[],
  unitId: (place: Place) => string,
): ConfigInput {
  const { defaults, ofUnits, ofAccounts, scope, managementAccount, optOuts, externalId } = config;
  return asWritten({
    optOutTag: config.optOutTag,
    rotationRole: { externalId },
    scope: { organizationalUnits: scope?.map(unitId), managementAccount },
    defaults: config.mayMatchNothing ? forLater(defaults) : defaults,
    overrides: [
      ...ofUnits.map(({ unit, ...settings }) => ({ organizationalUnits: [unitId(unit)], ...settings })),
      ...ofAccounts.map(({ account, ...settings }) => ({ accounts: [accountIds[account]!], ...settings })),
    ]
      .filter((entry) => saysSomething(entry))
      .map((entry) => (config.mayMatchNothing ? forLater(entry) : entry)),
    optOuts: optOuts.map(({ account, daysLeft }) => ({
      account: accountIds[account]!,
      owner: 'somebody',
      reason: 'a reason',
      until: new Date(BEGINNING.getTime() + daysLeft * DAY).toISOString().slice(0, 10),
    })),
    limits: { maxKeys: config.maxKeys, ...config.limits },
    concurrency: config.concurrency,
  });
}

/** Exemptions that need not match anything yet. */
function forLater({ exempt, ...settings }: SettingsFacts): unknown {
  const mark = (names?: readonly string[]): unknown =>
    names?.map((name) => ({ name, mayMatchNothing: true }));
  return { ...settings, exempt: { ...exempt, users: mark(exempt?.users), groups: mark(exempt?.groups) } };
}

/** accounts.json refuses an override without a setting. */
function saysSomething({ armed, groups, rules, exempt }: SettingsFacts): boolean {
  const given = [
    armed,
    groups,
    ...Object.values<unknown>({ ...rules }),
    ...Object.values<unknown>({ ...exempt }),
  ];
  return given.some((value) => value !== undefined);
}

/** Without what is undefined, as a file would have it. */
function asWritten(input: unknown): ConfigInput {
  return JSON.parse(JSON.stringify(input)) as ConfigInput;
}
