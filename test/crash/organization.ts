import { ROOT, type AccountFacts, type Facts, type RulesFacts, type UserFacts } from '../properties/story.ts';

type Mode = NonNullable<RulesFacts['mode']>;

const ada: UserFacts = {
  userName: 'ada',
  groups: ['Developers'],
  tags: {},
  console: true,
  keys: [{ status: 'Active', ageDays: 100 }],
};
const bob: UserFacts = {
  ...ada,
  userName: 'bob',
  keys: [
    { status: 'Active', ageDays: 50 },
    { status: 'Inactive', ageDays: 60 },
  ],
};
const exempt: UserFacts = { ...ada, userName: 'eve', tags: { keysweep: 'exempt' } };

const account: AccountFacts = {
  place: ROOT,
  state: 'ACTIVE',
  tags: {},
  door: 'open',
  users: [],
  emptyGroups: [],
};

/** A management account that is excluded, two accounts to sweep and one that is opted out. */
export function smallOrganization(mode: Mode): Facts {
  return {
    units: [],
    accounts: [
      account,
      { ...account, users: [ada, bob, exempt] },
      { ...account, users: [ada, bob] },
      { ...account, users: [ada], tags: { keysweep: 'opt-out' } },
    ],
    denials: [],
    config: {
      defaults: { armed: true, groups: ['Developers'], rules: { mode } },
      ofUnits: [],
      ofAccounts: [],
      managementAccount: false,
      optOutTag: 'keysweep=opt-out',
      optOuts: [],
      maxKeys: 500,
      concurrency: { accounts: 40, callsPerAccount: 4 },
    },
    filters: {},
    pages: {},
    planFirst: false,
    faults: [],
    chapters: [],
  };
}
