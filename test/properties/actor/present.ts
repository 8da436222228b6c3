import type { SandboxAccount } from '../../../sandbox/organization/account.ts';
import type { SandboxUser } from '../../../sandbox/organization/entities.ts';
import { OPERATOR, type Built } from '../building.ts';
import type { ModelKey } from '../model-keys.ts';
import type { Stage } from '../stage.ts';
import type { AccountFacts, Facts, UserFacts } from '../story.ts';

export interface Present {
  readonly facts: Facts;
  /** By access key ID. */
  readonly keys: ReadonlyMap<string, ModelKey>;
}

/** The organization as it is now, whatever happened to it, in the words of the model. */
export function present({ facts, built }: Stage): Present {
  const accounts = built.accounts.map((account, number) => presentAccount(account, number, facts, built));
  const keys = built.accounts.flatMap((account, number) => keysIn(account, number, built));
  return {
    facts: { ...facts, accounts },
    keys: new Map(keys.map((key) => [key.accessKeyId, key])),
  };
}

function presentAccount(
  account: SandboxAccount,
  number: number,
  { accounts, units }: Facts,
  { organization, operator, unitId }: Built,
): AccountFacts {
  const before = accounts[number]!;
  const users = account.users.list().filter((user) => user !== operator.key.user);
  return {
    // -1, for what is in no OU, is the root.
    place: units.findIndex((_, place) => unitId(place) === account.parent.id),
    state: account.state,
    tags: Object.fromEntries(account.tags.current),
    door: account.roles.get('KeysweepRotation') ? before.door : 'no-role',
    users: users.map(userFacts),
    emptyGroups: account.groups.list().map(({ groupName }) => groupName),
    away: organization.accounts.get(account.id) === undefined,
  };
}

function userFacts({ userName, groups, tags, login }: SandboxUser): UserFacts {
  return {
    userName,
    groups: groups.map(({ groupName }) => groupName),
    tags: Object.fromEntries(tags ?? []),
    console: login !== undefined,
    keys: [],
  };
}

function keysIn(account: SandboxAccount, number: number, { operator }: Built): ModelKey[] {
  return [...account.keys.values()].map((key) => ({
    accessKeyId: key.accessKeyId,
    account: number,
    user: key === operator.key ? OPERATOR : userFacts(key.user),
    status: key.status,
    createdAt: key.createdAt,
    usedAt: key.lastUsed?.at,
  }));
}
