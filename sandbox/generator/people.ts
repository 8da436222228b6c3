import type { SandboxAccount } from '../organization/account.ts';
import type { KeyOptions, SandboxOrganization, UserOptions } from '../organization/organization.ts';
import { FIRST_NAMES, LAST_NAMES, MACHINES } from './names.ts';
import type { Random } from './random.ts';

type Person = Omit<UserOptions, 'account'>;

/** Adds `usersPerAccount` users, up to 50 % more or fewer. */
export function addUsers(
  organization: SandboxOrganization,
  account: SandboxAccount,
  usersPerAccount: number,
  random: Random,
): void {
  const spread = Math.floor(usersPerAccount / 2);
  const count = usersPerAccount === 0 ? 0 : Math.max(1, usersPerAccount + random.between(-spread, spread));
  for (let number = 0; number < count; number += 1) {
    const person = randomPerson(random);
    const { userName } = person;
    const taken = account.users.get(userName) !== undefined;
    organization.addUser({ account, ...person, userName: taken ? `${userName}-${number}` : userName });
  }
}

/** Adds members to the group Developers, for a group of several pages. */
export function addCrowd(
  organization: SandboxOrganization,
  account: SandboxAccount,
  members: number,
  random: Random,
): void {
  for (let number = 1; number <= members; number += 1) {
    const keys = random.chance(0.1) ? [randomKey(random)] : [];
    const userName = `contractor-${String(number).padStart(5, '0')}`;
    organization.addUser({ account, userName, groups: ['Developers'], keys, console: true });
  }
}

function randomPerson(random: Random): Person {
  const draw = random.next();
  if (draw < 0.15) return machine(random);
  if (draw < 0.2) return breakGlass(random);
  return human(random);
}

function human(random: Random): Person {
  const groups = ['Developers', 'Developers', 'Developers', 'Developers', 'ReadOnly'];
  const group = random.pick(groups);
  return {
    userName: `${random.pick(FIRST_NAMES)}.${random.pick(LAST_NAMES)}`,
    groups: random.chance(0.2) ? [group, 'Administrators'] : [group],
    console: random.chance(0.95),
    keys: randomKeys(random),
    createdDaysAgo: random.between(900, 1500),
    ...(random.chance(0.04) ? { tags: { keysweep: 'exempt', owner: 'platform' } } : {}),
  };
}

/** No console password. Most are in ServiceUsers; some were added to Developers. */
function machine(random: Random): Person {
  return {
    userName: random.pick(MACHINES),
    groups: random.pick([['ServiceUsers'], ['ServiceUsers'], ['ServiceUsers', 'Developers'], ['Developers']]),
    keys: [randomKey(random)],
    createdDaysAgo: random.between(900, 1500),
  };
}

function breakGlass(random: Random): Person {
  return {
    userName: `break-glass-${random.between(1, 2)}`,
    groups: ['Administrators'],
    console: true,
    keys: [randomKey(random)],
    tags: { keysweep: 'exempt', purpose: 'break-glass' },
    createdDaysAgo: random.between(900, 1500),
  };
}

/** 1.3 on average, sometimes more than IAM's quota. */
function randomKeys(random: Random): readonly KeyOptions[] {
  const draw = random.next();
  const count = draw < 0.1 ? 0 : draw < 0.66 ? 1 : draw < 0.95 ? 2 : 3;
  return Array.from({ length: count }, () => randomKey(random));
}

/** Hours to years old, most of them months. */
function randomKey(random: Random): KeyOptions {
  const createdDaysAgo = Math.round(900 * random.next() ** 2 * 100) / 100;
  return {
    status: random.chance(0.15) ? 'Inactive' : 'Active',
    createdDaysAgo,
    ...(random.chance(0.7)
      ? { lastUsedDaysAgo: Math.round(createdDaysAgo * random.next() * 100) / 100 }
      : {}),
  };
}
