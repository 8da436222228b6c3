import type { ConfigInput } from '../../src/config/schema.ts';
import type { SandboxAccount } from '../organization/account.ts';
import { SandboxOrganization } from '../organization/organization.ts';
import type { Partition } from '../organization/partition.ts';
import { configFor } from './config.ts';
import { addCrowd, addUsers } from './people.ts';
import { Random } from './random.ts';
import { createTree, placementOf, type Tree } from './tree.ts';
import { addRotationRole, defaultTroubles, listTroubles, type TroubleCounts } from './troubles.ts';

export interface GenerateOptions {
  /** Member accounts, including closing and suspended ones. The management account is added to them. */
  readonly accounts: number;
  /** On average, with 1.3 keys each. Default: 3. */
  readonly usersPerAccount?: number;
  /** The same seed gives the same organization. Default: 1. */
  readonly seed?: number;
  /** Ages count back from this time, and the clock stands at it until the sandbox starts. */
  readonly now?: Date;
  /** Accounts that keysweep cannot enter, or where it is denied its calls. Default: none. */
  readonly troubles?: 'none' | 'some' | TroubleCounts;
  /** Required by the trust policies of the rotation roles. */
  readonly externalId?: string;
  readonly partition?: Partition;
  /** Number of additional members in the group Developers of one account. */
  readonly crowd?: number;
}

export interface GeneratedOrganization {
  readonly organization: SandboxOrganization;
  /** Its accounts.json. */
  readonly config: ConfigInput;
}

/** Of this many accounts, one is suspended, one is closing and one has an opt-out tag. */
const PERIOD = 200;

export function generateOrganization(options: GenerateOptions): GeneratedOrganization {
  const { accounts, seed = 1, now = new Date(), externalId } = options;
  const random = new Random(seed);
  const organization = new SandboxOrganization({
    seed: `generated/${seed}`,
    now,
    managementAccountId: String(random.between(200_000_000_000, 899_999_999_999)),
    partition: options.partition ?? 'aws',
  });
  const tree = createTree(organization);
  const troubles = [...troublesOf(options)];
  const healthy: SandboxAccount[] = [];
  for (let number = 0; number < accounts; number += 1) {
    const accountRandom = random.branch(number);
    const account = addMemberAccount(organization, tree, number, accountRandom);
    addUsers(organization, account, options.usersPerAccount ?? 3, accountRandom);
    addForgotten(organization, account, number);
    // The first accounts stay healthy; of the others, every third one gets a trouble.
    const trouble = isOrdinary(account) && number % 3 === 1 && number > 5 ? troubles.shift() : undefined;
    addRotationRole(organization, account, externalId === undefined ? {} : { externalId }, trouble);
    if (isOrdinary(account) && !trouble) healthy.push(account);
  }
  const crowded = healthy.at(-1);
  if (options.crowd && crowded) addCrowd(organization, crowded, options.crowd, random.branch(-1));
  const keys = organization.accounts.list().reduce((sum, account) => sum + account.keys.size, 0);
  return { organization, config: configFor({ now, tree, healthy, keys, externalId }) };
}

/** What no sweep looks at. It takes nothing from the source of random numbers. */
function addForgotten({ clock }: SandboxOrganization, account: SandboxAccount, number: number): void {
  if (number % 13 === 4) account.rootKeys = 1;
  const [user] = number % 4 === 1 ? account.users.list() : [];
  if (!user) return;
  const credential = {
    status: 'Active',
    createdAt: clock.milliseconds() - (number + 20) * 86_400_000,
  } as const;
  user.credentials = [
    {
      ...credential,
      kind: 'service-specific',
      id: `ACCA${account.id}1`,
      service: 'codecommit.amazonaws.com',
    },
    { ...credential, kind: 'service-specific', id: `ACCA${account.id}2`, service: 'bedrock.amazonaws.com' },
    { ...credential, kind: 'ssh-key', id: `APKA${account.id}` },
    { ...credential, kind: 'signing-certificate', id: `ASCA${account.id}` },
  ];
}

function troublesOf({ troubles = 'none', accounts }: GenerateOptions) {
  if (troubles === 'none') return [];
  return listTroubles(troubles === 'some' ? defaultTroubles(accounts) : troubles);
}

function addMemberAccount(
  organization: SandboxOrganization,
  tree: Tree,
  number: number,
  random: Random,
): SandboxAccount {
  const { name, parent } = placementOf(tree, number, random);
  const kind = number % PERIOD;
  const closing = kind === 12 || kind === 23;
  let id = random.between(100_000_000_000, 999_999_999_999);
  while (organization.accounts.get(String(id))) id += 1;
  return organization.addAccount({
    id: String(id),
    name,
    email: `aws+${name}@example.com`,
    parent: closing ? tree.suspended : parent,
    state: kind === 12 ? 'SUSPENDED' : kind === 23 ? 'PENDING_CLOSURE' : 'ACTIVE',
    joinedDaysAgo: random.between(1_600, 2_400),
    ...(kind === 17 ? { tags: { keysweep: 'opt-out', team: 'platform' } } : {}),
  });
}

/** Active, without an opt-out tag. */
function isOrdinary(account: SandboxAccount): boolean {
  return account.state === 'ACTIVE' && account.tags.current.size === 0;
}
