import type { ConfigInput } from '../../src/config/schema.ts';
import type { SandboxAccount } from '../organization/account.ts';
import { configFor } from './config.ts';
import { addCrowd, populate } from './people.ts';
import { Random } from './random.ts';
import { growTree, placeOf, type Tree } from './tree.ts';
import { deployRole, listTroubles, someTroubles, type TroubleCounts } from './troubles.ts';
import { SandboxOrganization } from '../organization/organization.ts';
import type { Partition } from '../organization/partition.ts';

export interface GenerateOptions {
  /** Member accounts, closing and suspended ones included; the management account comes on top. */
  readonly accounts: number;
  /** On average; 3 unless given. They have 1.3 keys each. */
  readonly usersPerAccount?: number;
  /** The same seed gives the same organization; 1 unless given. */
  readonly seed?: number;
  /** The time from which ages are counted and at which the clock stands until the sandbox starts. */
  readonly now?: Date;
  /** Accounts into which keysweep cannot get, or where it may not do its work; none unless given. */
  readonly troubles?: 'none' | 'some' | TroubleCounts;
  /** Asked for by the trust of the rotation roles. */
  readonly externalId?: string;
  readonly partition?: Partition;
  /** So many members more in the Developers group of one account. */
  readonly crowd?: number;
}

export interface GeneratedOrganization {
  readonly organization: SandboxOrganization;
  /** The accounts.json that fits it. */
  readonly config: ConfigInput;
}

/** Every so many accounts there is one that is suspended, one that is being closed, and one that opts out by its tag. */
const EVERY = 200;

/** A believable organization of any size. */
export function generateOrganization(options: GenerateOptions): GeneratedOrganization {
  const { accounts, seed = 1, now = new Date(), externalId } = options;
  const random = new Random(seed);
  const organization = new SandboxOrganization({
    seed: `generated/${seed}`,
    now,
    managementAccountId: String(random.between(200_000_000_000, 899_999_999_999)),
    partition: options.partition ?? 'aws',
  });
  const tree = growTree(organization);
  const troubles = [...troublesOf(options)];
  const healthy: SandboxAccount[] = [];
  for (let number = 0; number < accounts; number += 1) {
    const own = random.branch(number);
    const account = settle(organization, tree, number, own);
    populate(organization, account, options.usersPerAccount ?? 3, own);
    // The first accounts stay healthy, and troubles strike every third one after them.
    const trouble = isRegular(account) && number % 3 === 1 && number > 5 ? troubles.shift() : undefined;
    deployRole(organization, account, externalId === undefined ? {} : { externalId }, trouble);
    if (isRegular(account) && !trouble) healthy.push(account);
  }
  const crowded = healthy.at(-1);
  if (options.crowd && crowded) addCrowd(organization, crowded, options.crowd, random.branch(-1));
  const keys = organization.accounts.list().reduce((sum, account) => sum + account.keys.size, 0);
  return { organization, config: configFor({ now, tree, healthy, keys, externalId }) };
}

function troublesOf({ troubles = 'none', accounts }: GenerateOptions) {
  if (troubles === 'none') return [];
  return listTroubles(troubles === 'some' ? someTroubles(accounts) : troubles);
}

function settle(
  organization: SandboxOrganization,
  tree: Tree,
  number: number,
  random: Random,
): SandboxAccount {
  const place = placeOf(tree, number, random);
  const kind = number % EVERY;
  const closing = kind === 12 || kind === 23;
  let id = random.between(100_000_000_000, 999_999_999_999);
  while (organization.accounts.get(String(id))) id += 1;
  return organization.addAccount({
    id: String(id),
    name: place.name,
    email: `aws+${place.name}@example.com`,
    parent: closing ? tree.suspended : place.parent,
    state: kind === 12 ? 'SUSPENDED' : kind === 23 ? 'PENDING_CLOSURE' : 'ACTIVE',
    joinedDaysAgo: random.between(1_600, 2_400),
    ...(kind === 17 ? { tags: { keysweep: 'opt-out', team: 'platform' } } : {}),
  });
}

/** Active, and not left out by its tag. */
function isRegular(account: SandboxAccount): boolean {
  return account.state === 'ACTIVE' && account.tags.current.size === 0;
}
