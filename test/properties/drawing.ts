import fc from 'fast-check';

import { anyFaults } from './drawing-faults.ts';
import {
  ACTIONS,
  ROOT,
  EXTERNAL_ID,
  type AccountFacts,
  type Change,
  type Chapter,
  type ConfigFacts,
  type Denial,
  type ExemptFacts,
  type Facts,
  type KeyFacts,
  type Place,
  type RulesFacts,
  type SettingsFacts,
  type StoreFault,
  type Tags,
  type UserFacts,
} from './story.ts';
import { Story } from './telling.ts';
import { within } from './within.ts';

/** Few names, so that they meet; IAM compares them without case. */
const SWEPT_GROUPS = ['Developers', 'developers', 'DEVELOPERS', 'Admins', 'Ops'] as const;
const EXEMPT_GROUPS = ['Services', 'services', 'BreakGlass'] as const;
const PATTERNS = ['break-*', 'BREAK-glass', '*-bot', 'a*a', '*', 'nobody'] as const;
const USER_NAMES = ['ada', 'Bob', 'break-glass', 'deploy-bot', 'eve=x@y.z', 'Fay'] as const;
const USER_TAGS: readonly Readonly<Record<string, string>>[] = [
  { keysweep: 'exempt' },
  { KeySweep: 'exempt' },
  { keysweep: 'Exempt' },
  { team: 'a', keysweep: 'no' },
];
const ACCOUNT_TAGS: readonly Readonly<Record<string, string>>[] = [
  { keysweep: 'opt-out' },
  { KEYSWEEP: 'opt-out' },
  { keysweep: 'opt-out-not' },
  { team: 'a' },
];
const STATES = ['SUSPENDED', 'PENDING_CLOSURE', 'PENDING_ACTIVATION', 'CLOSED'] as const;
/** Below 50, the limits that compare numbers of keys say nothing. */
export const CROWD = 60;

const lower = (name: string): string => name.toLowerCase();
const some = <Value>(values: readonly Value[], maxLength = 2) =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength });
const names = (values: readonly string[], minLength = 0) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength, maxLength: 3, selector: lower });
/** Mostly the first, sometimes one of the others: a world that is wrong everywhere tells little. */
const mostly = <Value>(usual: Value, weight: number, ...others: readonly Value[]) =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const key: fc.Arbitrary<KeyFacts> = fc.record({
  status: fc.oneof(
    { weight: 6, arbitrary: fc.constant('Active') },
    { weight: 3, arbitrary: fc.constant('Inactive') },
    { weight: 1, arbitrary: fc.constantFrom('Expired', 'Frozen') },
  ),
  ageDays: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(0, 29, 30, 31, 400) },
    { weight: 1, arbitrary: fc.constant(-1) },
  ),
  lastUsedDaysAgo: maybe(fc.constantFrom(0, 3, 40)),
});

const memberships: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.oneof(fc.constant(['Developers']), names(SWEPT_GROUPS)),
    mostly<readonly string[]>([], 5, ['Services'], ['breakglass']),
  )
  .map(([swept, exempt]) => [...swept, ...exempt]);
const userTags: fc.Arbitrary<Tags> = mostly({}, 3, ...USER_TAGS);

const user: fc.Arbitrary<UserFacts> = fc.record({
  userName: fc.constantFrom(...USER_NAMES),
  groups: memberships,
  tags: userTags,
  console: mostly<boolean>(true, 2, false),
  keys: fc.oneof(
    { weight: 90, arbitrary: fc.array(key, { minLength: 1, maxLength: 2 }) },
    { weight: 10, arbitrary: fc.array(key, { maxLength: 5 }) },
    { weight: 1, arbitrary: key.map((one) => Array<KeyFacts>(CROWD).fill(one)) },
  ),
});

/**
 * Places and numbers may lie outside the lists; `within` brings them back. So each list shrinks without the
 * others.
 */
const place: fc.Arbitrary<Place> = fc.integer({ min: ROOT, max: 3 });
const number: fc.Arbitrary<number> = fc.nat({ max: 6 });

const account: fc.Arbitrary<AccountFacts> = fc.record({
  place,
  state: mostly<string>('ACTIVE', 12, ...STATES, 'FROZEN'),
  tags: mostly({}, 5, ...ACCOUNT_TAGS),
  door: mostly<AccountFacts['door']>('open', 9, 'no-role', 'distrusts', 'asks-for-id'),
  users: fc.uniqueArray(user, { maxLength: 4, selector: ({ userName }) => lower(userName) }),
  emptyGroups: some(['Admins', 'Ops', 'Services'], 1),
});

/** Fewer than four closed doors say nothing. */
const shut: fc.Arbitrary<AccountFacts> = account.map((one) => ({ ...one, state: 'ACTIVE', door: 'no-role' }));
const members: fc.Arbitrary<readonly AccountFacts[]> = fc.oneof(
  { weight: 12, arbitrary: fc.array(account, { minLength: 1, maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.array(account, { minLength: 1, maxLength: 2 }),
        fc.array(shut, { minLength: 4, maxLength: 5 }),
      )
      .map(([some, closed]) => [...some, ...closed]),
  },
);

const denial: fc.Arbitrary<Denial> = fc.record({
  on: fc.oneof(fc.record({ account: number }), fc.record({ unit: place })),
  actions: fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 2 }),
});

const anyDenials: fc.Arbitrary<readonly Denial[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  fc.array(denial, { maxLength: 2 }),
);

/** What makes a key due. Days without use that the age makes pointless are refused. */
const DUE: readonly RulesFacts[] = [
  ...[{}, {}, { maxKeyAgeDays: 0 }, { maxKeyAgeDays: 30 }, { maxUnusedDays: false as const }],
  { maxKeyAgeDays: 30, maxUnusedDays: 5 },
  { maxKeyAgeDays: 90, maxUnusedDays: 30 },
];
const due: fc.Arbitrary<RulesFacts> = fc.constantFrom(...DUE);

const treatment: fc.Arbitrary<RulesFacts> = fc.record({
  mode: maybe(fc.constantFrom('deactivate', 'deactivate-then-delete', 'delete')),
  deleteAfterDays: maybe(fc.constantFrom(1, 7)),
  users: maybe(mostly('all', 2, 'with-console-access')),
});

const rules = fc.tuple(due, treatment).map(([when, what]): RulesFacts => ({ ...when, ...what }));

const exempt: fc.Arbitrary<ExemptFacts> = fc.record({
  users: maybe(names(PATTERNS.slice(0, 4))),
  userTag: maybe(fc.constantFrom<(string | false)[]>('keysweep=exempt', 'KEYSWEEP=exempt', false)),
  groups: maybe(names(EXEMPT_GROUPS)),
});

/** With something in it: an override that changes nothing is refused. */
const override: fc.Arbitrary<SettingsFacts> = fc.record({
  armed: mostly<boolean | undefined>(true, 2, false),
  groups: maybe(names(SWEPT_GROUPS, 1)),
  rules: maybe(rules),
  exempt: maybe(exempt),
});

const config: fc.Arbitrary<ConfigFacts> = fc.record({
  defaults: fc.record({
    armed: mostly<boolean | undefined>(true, 4, false, undefined),
    groups: names(SWEPT_GROUPS, 1),
    rules: maybe(rules),
    exempt: maybe(exempt),
  }),
  ofUnits: fc.array(
    fc.tuple(override, place).map(([settings, unit]) => ({ ...settings, unit })),
    { maxLength: 2 },
  ),
  ofAccounts: fc.array(
    fc.tuple(override, number).map(([settings, of]) => ({ ...settings, account: of })),
    { maxLength: 2 },
  ),
  scope: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    fc.array(place, { minLength: 1, maxLength: 2 }),
  ),
  managementAccount: fc.boolean(),
  optOutTag: mostly<string | false>('keysweep=opt-out', 3, false),
  optOuts: fc.array(fc.record({ account: number, daysLeft: fc.constantFrom(-1, 0, 5, 400) }), {
    maxLength: 1,
  }),
  externalId: mostly<string | undefined>(undefined, 2, EXTERNAL_ID, 'another-id'),
  mayMatchNothing: mostly<boolean>(true, 3, false),
  maxKeys: mostly(500, 9, 0, 2, 5),
  limits: fc.record({
    maxGrowth: maybe(fc.constantFrom(1, 2, 1000)),
    maxShareOfKeys: maybe(fc.constantFrom(0, 0.5, 1)),
    maxAccountsDrop: maybe(fc.constantFrom(0, 0.3, 1)),
    maxCannotAssume: maybe(fc.constantFrom(0, 0.3, 1)),
    maxKeysPerAccount: mostly<number | undefined>(undefined, 6, 0, 1, 3),
    maxGrowthPerAccount: maybe(fc.constantFrom(1, 4, 1000)),
  }),
  concurrency: fc.record({ accounts: fc.constantFrom(1, 3, 40), callsPerAccount: fc.constantFrom(1, 4) }),
});

const filters: fc.Arbitrary<Facts['filters']> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        accounts: fc.array(number, { minLength: 1, maxLength: 2 }),
        units: fc.array(place, { minLength: 1, maxLength: 1 }),
      },
      { requiredKeys: [] },
    ),
  },
);

const storeFault: fc.Arbitrary<StoreFault> = fc.record({
  operation: fc.constantFrom('put', 'putNew', 'update', 'get', 'list', 'listFolders', 'remove'),
  nth: fc.integer({ min: 1, max: 12 }),
  afterEffect: fc.boolean(),
});

export interface StoryBounds {
  readonly faults: boolean;
  /** Before the first sweep; nothing, when left out. */
  readonly before?: fc.Arbitrary<readonly Chapter[]>;
  /** After the first sweep. */
  readonly chapters: fc.Arbitrary<readonly Chapter[]>;
  /** Few and any, when left out. */
  readonly denials?: fc.Arbitrary<readonly Denial[]>;
  /** Of the defaults; any, when left out. */
  readonly rules?: RulesFacts;
  /** Any in half of the stories with faults, when left out. */
  readonly storeFault?: fc.Arbitrary<StoreFault | undefined>;
}

/** Any organization of up to seven accounts, and what happens to it. */
export function stories({
  faults,
  chapters,
  before = fc.constant([]),
  denials = anyDenials,
  rules: ruled,
  storeFault: ofStore = faults ? maybe(storeFault) : fc.constant(undefined),
}: StoryBounds): fc.Arbitrary<Story> {
  return fc
    .record<Facts>({
      units: fc
        .array(fc.integer({ min: ROOT, max: 2 }), { maxLength: 4 })
        .map((list) => list.map((above, index) => ({ name: `ou-${index}`, above }))),
      accounts: fc
        .tuple(
          account.map((management) => ({ ...management, state: 'ACTIVE', place: ROOT })),
          members,
        )
        .map(([management, others]) => [management, ...others]),
      denials,
      config,
      filters,
      pages: fc.record({ maximumSize: mostly(1000, 1, 1, 2), emptyFirst: mostly<boolean>(false, 3, true) }),
      faults: faults ? anyFaults : fc.constant([]),
      storeFault: ofStore,
      planFirst: faults ? fc.constant(false) : mostly<boolean>(false, 2, true),
      before,
      chapters,
    })
    .map((facts) => new Story(within(ruled ? { ...facts, config: underRules(facts.config, ruled) } : facts)));
}

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constant('move'), account: number, to: place }),
  fc.record({ type: fc.constant('leave'), account: number }),
  fc.record({ type: fc.constant('join'), account: number }),
  fc.record({ type: fc.constant('regroup'), account: number, user: number, groups: memberships }),
  fc.record({ type: fc.constant('tag-user'), account: number, user: number, tags: userTags }),
  fc.record({ type: fc.constant('tag-account'), account: number, tags: fc.constantFrom(...ACCOUNT_TAGS) }),
);

const anyMeddling: fc.Arbitrary<Chapter> = fc.oneof(
  number.map((at): Chapter => ({ type: 'activate', account: at })),
  fc.record({
    type: fc.constant('set-key'),
    account: number,
    key: fc.nat({ max: 9 }),
    to: fc.constantFrom('Active', 'Inactive', 'gone'),
  }),
  fc.record({
    type: fc.constant('new-keys'),
    account: number,
    user: number,
    count: mostly(1, 4, 2, CROWD),
    ageDays: fc.constantFrom(0, 40),
  }),
);

function underRules({ defaults, ...rest }: ConfigFacts, ruled: RulesFacts): ConfigFacts {
  return { ...rest, defaults: { ...defaults, rules: ruled } };
}

/** A plan, what changes since, and the plan carried out. */
export const planThenApply: fc.Arbitrary<readonly Chapter[]> = fc
  .tuple(
    fc.array(fc.oneof(anyChange, anyMeddling), { maxLength: 3 }),
    mostly<readonly Chapter[]>([], 3, [{ type: 'days', days: 0.25 }], [{ type: 'days', days: 1 }]),
  )
  .map(([since, later]) => [{ type: 'plan' }, ...since, ...later, { type: 'apply' }]);

/** Few of the keys are due when the first sweep has been: most plans are made before it. */
export const perhapsPlanned = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, planThenApply);

/** Up to five things that happen after the first sweep. */
export const anyChapters: fc.Arbitrary<readonly Chapter[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: anyChange },
    { weight: 4, arbitrary: fc.constant<Chapter>({ type: 'sweep' }) },
    { weight: 1, arbitrary: fc.constantFrom<Chapter[]>({ type: 'plan' }, { type: 'apply' }) },
    { weight: 2, arbitrary: fc.nat({ max: 2 }).map((sweep): Chapter => ({ type: 'undo', sweep })) },
    {
      weight: 1,
      arbitrary: fc
        .record({ sweep: fc.nat({ max: 2 }), account: number })
        .map((part): Chapter => ({ type: 'undo', ...part })),
    },
    { weight: 3, arbitrary: fc.constantFrom(1, 7, 31).map((days): Chapter => ({ type: 'days', days })) },
    { weight: 5, arbitrary: anyMeddling },
    { weight: 1, arbitrary: number.map((at): Chapter => ({ type: 'use', account: at })) },
  ),
  { minLength: 1, maxLength: 5 },
);

/** What the faults left undone is done, or what the sweep did is undone, for all that it could not know. */
export const AFTER_FAULTS = fc.constantFrom<(readonly Chapter[])[]>(
  [{ type: 'sweep' }],
  [{ type: 'undo', sweep: 0 }, { type: 'sweep' }],
  [{ type: 'days', days: 7 }, { type: 'sweep' }],
);
