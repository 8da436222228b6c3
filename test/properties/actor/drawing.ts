import fc from 'fast-check';

import {
  ROOT,
  type AccountFacts,
  type ConfigFacts,
  type Facts,
  type Tags,
  type UserFacts,
} from '../story.ts';
import type { Act, Moment, PlannedAct } from './acts.ts';
import { ActedStory, type Lie, type RunToPlay } from './story.ts';

/*
 * Smaller organizations than those of ../drawing.ts, in which nearly every key is due: what happens to one of
 * few counts.
 */

const NAMES = ['ada', 'bob', 'eve', 'break-glass'] as const;
const MEMBER = ['Developers'];
const EXEMPT: Tags = { keysweep: 'exempt' };
const OPTED_OUT: Tags = { keysweep: 'opt-out' };

const mostly = <Value>(usual: Value, weight: number, ...others: readonly Value[]) =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const groups = mostly<readonly string[]>(['Developers'], 5, [], ['Admins'], ['Developers', 'Services']);
const userTags = mostly<Tags>({}, 6, EXEMPT);
const account = mostly(1, 2, 0, 2);
const user = fc.nat({ max: 3 });
const place = fc.constantFrom(ROOT, 0, 1);

const key = fc.record({
  status: mostly('Active', 3, 'Inactive'),
  ageDays: mostly(100, 4, 0, 31),
});

const someone: fc.Arbitrary<UserFacts> = fc.record({
  userName: fc.constantFrom(...NAMES),
  groups,
  tags: userTags,
  console: mostly<boolean>(true, 4, false),
  keys: fc.array(key, { minLength: 1, maxLength: 2 }),
});

const outsider = someone.map((one) => ({ ...one, groups: [] }));

const member: fc.Arbitrary<AccountFacts> = fc.record({
  place,
  state: fc.constant('ACTIVE'),
  tags: mostly<Tags>({}, 6, OPTED_OUT, { team: 'a' }),
  door: fc.constant('open' as const),
  users: fc.uniqueArray(someone, { minLength: 1, maxLength: 3, selector: ({ userName }) => userName }),
  emptyGroups: mostly<readonly string[]>(['Developers', 'Admins', 'Services'], 6, []),
});

const config: fc.Arbitrary<ConfigFacts> = fc.record({
  defaults: fc.record({
    armed: mostly<boolean>(true, 6, false),
    groups: mostly<readonly string[]>(['Developers'], 3, ['Developers', 'Admins']),
    rules: fc.record({
      maxKeyAgeDays: mostly(0, 2, 30),
      mode: fc.constantFrom('deactivate' as const, 'deactivate-then-delete' as const, 'delete' as const),
      users: fc.constantFrom('all' as const, 'with-console-access' as const),
    }),
    exempt: fc.record({
      groups: fc.constantFrom<(readonly string[])[]>([], ['Services']),
      users: mostly<readonly string[]>([], 2, ['break-*']),
      userTag: mostly<string | false>('keysweep=exempt', 2, false),
    }),
  }),
  ofUnits: fc.array(
    fc.record({
      unit: place,
      armed: mostly<boolean | undefined>(true, 2, false),
      groups: mostly<readonly string[]>(['Developers'], 1, ['Admins']),
    }),
    { maxLength: 1 },
  ),
  ofAccounts: fc.constant([]),
  scope: mostly<readonly number[] | undefined>(undefined, 8, [0]),
  // Whom they matched may be gone when the run reads them.
  mayMatchNothing: fc.constant(true),
  managementAccount: mostly<boolean>(true, 2, false),
  optOutTag: mostly<string | false>('keysweep=opt-out', 3, false),
  optOuts: fc.constant([]),
  maxKeys: fc.constant(500),
  concurrency: fc.record({ accounts: fc.constantFrom(1, 40), callsPerAccount: fc.constantFrom(1, 4) }),
});

export const anyFacts: fc.Arbitrary<Facts> = fc.record({
  units: fc.constant([
    { name: 'ou-0', above: ROOT },
    { name: 'ou-1', above: 0 },
  ]),
  accounts: fc
    .tuple(
      member.map((management) => ({ ...management, place: ROOT })),
      fc.array(member, { minLength: 1, maxLength: 2 }),
    )
    .map(([management, others]) => [management, ...others]),
  denials: fc.constant([]),
  config,
  filters: fc.constant({}),
  pages: fc.record({ maximumSize: mostly(1000, 2, 1, 2) }),
  planFirst: fc.constant(false),
  faults: fc.constant([]),
  chapters: fc.constant([]),
});

const ofUser = <Type extends string, More extends object>(type: Type, more: fc.Arbitrary<More>) =>
  fc.tuple(account, user, more).map(([at, of, rest]) => ({ type, account: at, user: of, ...rest }));

/** After these a name is another user's. */
const OF_NAMES: readonly Act['type'][] = ['recreate-user', 'swap-names', 'take-name'];

export const ACTS: { readonly [Type in Act['type']]: fc.Arbitrary<Extract<Act, { type: Type }>> } = {
  'create-user': fc.record({ type: fc.constant('create-user'), account, as: someone }),
  'delete-user': ofUser('delete-user', fc.constant({})),
  'recreate-user': ofUser('recreate-user', fc.record({ as: fc.oneof(someone, outsider) })),
  'rename-user': ofUser('rename-user', fc.record({ to: fc.constantFrom(...NAMES, 'zoe') })),
  'swap-names': ofUser('swap-names', fc.record({ other: user })),
  'take-name': ofUser('take-name', fc.record({ other: user })),
  regroup: ofUser(
    'regroup',
    fc.record({ groups: fc.oneof(groups, fc.constantFrom([], [...MEMBER, 'Services'])) }),
  ),
  'tag-user': ofUser('tag-user', fc.record({ tags: mostly<Tags>(EXEMPT, 2, {}) })),
  password: ofUser('password', fc.record({ has: mostly<boolean>(false, 2, true) })),
  'create-key': ofUser('create-key', fc.record({ ageDays: fc.constantFrom(0, 31) })),
  'set-key': fc.record({
    type: fc.constant('set-key'),
    account,
    key: fc.nat({ max: 5 }),
    to: fc.constantFrom('Active', 'Inactive', 'used', 'gone'),
  }),
  'delete-group': fc.record({
    type: fc.constant('delete-group'),
    account,
    group: fc.constantFrom('Developers', 'Services'),
  }),
  'delete-role': fc.record({ type: fc.constant('delete-role'), account }),
  'tag-account': fc.record({
    type: fc.constant('tag-account'),
    account,
    tags: fc.constantFrom<Tags[]>(OPTED_OUT, { keysweep: 'no' }),
  }),
  move: fc.record({ type: fc.constant('move'), account, to: place }),
  close: fc.record({ type: fc.constant('close'), account }),
  leave: fc.record({ type: fc.constant('leave'), account }),
  minutes: fc.record({ type: fc.constant('minutes'), minutes: fc.constantFrom(2, 6) }),
};

const CALLS = [
  'AssumeRole',
  'GetGroup',
  'ListAccessKeys',
  'ListUserTags',
  'GetLoginProfile',
  'GetAccessKeyLastUsed',
  'UpdateAccessKey',
  'DeleteAccessKey',
  'ListAccounts',
  'ListParents',
  'ListTagsForResource',
] as const;

/** Between planning and writing, most of all. */
const moment: fc.Arbitrary<Moment> = fc.oneof(
  { weight: 2, arbitrary: fc.nat({ max: 50 }) },
  {
    weight: 3,
    arbitrary: fc.record({ call: fc.constantFrom(...CALLS), nth: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ call: fc.constant('ListAccessKeys'), nth: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 1, arbitrary: fc.constant('death' as const) },
  { weight: 3, arbitrary: fc.constant({ afterLimits: 1 }) },
  { weight: 3, arbitrary: fc.record({ afterLimits: fc.integer({ min: 2, max: 20 }) }) },
);

/** More keys than keysweep writes in a batch. */
const CROWD = 27;

/** A process that dies in one of its first calls, or lives. */
const death: fc.Arbitrary<RunToPlay['killed']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  fc.record({
    at: fc.nat({ max: 80 }),
    moment: fc.constantFrom('before its effect' as const, 'after its effect' as const),
  }),
);

export interface ActedBounds {
  readonly runs?: fc.Arbitrary<readonly RunToPlay[]>;
  /** Which kinds of acts; all, when left out. */
  readonly acts?: readonly Act['type'][];
  /** When; any time, when left out. */
  readonly moments?: fc.Arbitrary<Moment>;
  readonly reshape?: (facts: Facts) => Facts;
  /** These happen in every story. */
  readonly always?: readonly PlannedAct[];
  readonly lies?: fc.Arbitrary<readonly Lie[]>;
}

const at = (type: RunToPlay['type'], days = 0): RunToPlay => ({ type, days });

const anyRuns = fc.constantFrom<(readonly RunToPlay[])[]>(
  [at('sweep')],
  [at('sweep'), at('sweep', 7)],
  [at('sweep'), at('undo')],
  [at('sweep'), at('undo'), at('sweep', 7)],
  [at('plan'), at('apply')],
  [at('sweep'), at('plan', 7), at('apply')],
);

export function actedStories({
  runs = anyRuns,
  acts = Object.keys(ACTS) as Act['type'][],
  moments = moment,
  reshape = (drawn) => drawn,
  always = [],
  lies = fc.constant([]),
}: ActedBounds = {}): fc.Arbitrary<ActedStory> {
  const act = fc.oneof(
    ...acts.map((type) => ({
      weight: OF_NAMES.includes(type) ? 2 : 1,
      arbitrary: ACTS[type] as fc.Arbitrary<Act>,
    })),
  );
  const planned = fc.record({ run: fc.nat({ max: 2 }), before: moments, act });
  return fc
    .record({
      facts: anyFacts.map(reshape),
      runs,
      deaths: fc.tuple(death, death, death),
      acts: fc.array(planned, { minLength: 1, maxLength: 6 }),
      lies,
    })
    .map(
      (drawn) =>
        new ActedStory(
          drawn.facts,
          drawn.runs.map((run, at) => ({ ...run, killed: drawn.deaths[at] })),
          [...always, ...drawn.acts.map((one) => inside(one, drawn.facts, drawn.runs))],
          drawn.lies,
        ),
    );
}

/** Of a run and an account that there are. */
function inside(
  { act, run, ...planned }: PlannedAct,
  { accounts }: Facts,
  runs: readonly RunToPlay[],
): PlannedAct {
  const where = 'account' in act ? { account: act.account % accounts.length } : {};
  return { ...planned, run: run % runs.length, act: { ...act, ...where } };
}

/** The first user of the first member account has many keys. Elsewhere another group is swept. */
function crowded({ accounts, config: drawn, ...rest }: Facts): Facts {
  const [management, first, ...others] = accounts as readonly [AccountFacts, AccountFacts];
  const keys = Array.from({ length: CROWD }, () => ({ status: 'Active', ageDays: 100 }));
  const many = { userName: 'crowd', groups: [...MEMBER], tags: {}, console: true, keys };
  const crowd = { ...first, place: ROOT, tags: {}, users: [many, ...first.users.slice(1)] };
  return {
    ...rest,
    accounts: [management, crowd, ...others],
    config: { ...drawn, ofUnits: [{ unit: 0, groups: ['Admins'] }] },
  };
}

/** What was read for the first batch is too old for the second. */
export const BETWEEN_BATCHES: ActedBounds = {
  reshape: crowded,
  runs: fc.constant([at('sweep')]),
  always: [{ run: 0, before: { afterLimits: 20 }, act: { type: 'minutes', minutes: 6 } }],
  moments: fc.record({ afterLimits: fc.integer({ min: 15, max: 45 }) }),
  acts: ['move', 'tag-account', 'regroup', 'tag-user', 'password', 'recreate-user', 'delete-group'],
};
