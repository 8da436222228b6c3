import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/schema.ts';
import { selectTargets, type SelectionInput } from '../../src/targets/select-targets.ts';
import { classifyWithoutTag } from '../../src/targets/classify.ts';
import { configWith } from '../support/build-config.ts';
import {
  account,
  idOf,
  PAYMENTS,
  placedIn,
  ROOT,
  SANDBOX,
  selectionInput,
  TAGGED,
  TEAMS,
  THROTTLED,
  UNKNOWN_PLACE,
  UNKNOWN_TAG,
  UNTAGGED,
} from './build.ts';

/** How account 1 ends: `target`, `opted-out: why`, or `undecided: the failure's code`. */
function ending(overrides: Partial<SelectionInput>): string {
  const { targets, leftOut, undecided } = selectTargets(selectionInput(overrides));
  const endings = [
    ...targets.map(() => 'target'),
    ...leftOut.map(({ outcome, reason }) => `${outcome}: ${reason}`),
    ...undecided.map(({ failure }) => `undecided: ${failure.code}`),
  ];
  expect(endings).toHaveLength(1);
  return endings.join();
}

const optOuts: ConfigInput['optOuts'] = [
  { account: idOf(1), owner: 'pay@example.com', reason: 'audit', until: '2027-01-15' },
];
const OPTED_OUT = 'opted-out: until 2027-01-15, owner pay@example.com: audit';
const NOT_ASKED_FOR = 'out-of-scope: not among the accounts and OUs that this run was asked for';
const MANAGEMENT = 'out-of-scope: the management account, which scope.managementAccount leaves out';
const inTeams = new Map([[idOf(1), placedIn(TEAMS, PAYMENTS)]]);
const lost = new Map([[idOf(1), UNKNOWN_PLACE]]);
const tag = (state: typeof UNTAGGED) => new Map([[idOf(1), state]]);
const scoped = (...organizationalUnits: string[]) => configWith({ scope: { organizationalUnits } });
const overridden = configWith({ overrides: [{ organizationalUnits: [SANDBOX], armed: true }] });

describe('selectTargets', () => {
  it.each<[string, Partial<SelectionInput>, string]>([
    ['an active account', {}, 'target'],

    [
      'PENDING_ACTIVATION',
      { accounts: [account(1, { state: 'PENDING_ACTIVATION' })] },
      'not-active: state PENDING_ACTIVATION',
    ],
    ['SUSPENDED', { accounts: [account(1, { state: 'SUSPENDED' })] }, 'not-active: state SUSPENDED'],
    [
      'PENDING_CLOSURE',
      { accounts: [account(1, { state: 'PENDING_CLOSURE' })] },
      'not-active: state PENDING_CLOSURE',
    ],
    ['CLOSED', { accounts: [account(1, { state: 'CLOSED' })] }, 'not-active: state CLOSED'],
    ['no state at all', { accounts: [account(1, { state: 'UNKNOWN' })] }, 'undecided: UnknownState'],
    [
      'a state that AWS adds later',
      { accounts: [account(1, { state: 'QUARANTINED' })] },
      'undecided: UnknownState',
    ],
    [
      'another spelling of active',
      { accounts: [account(1, { state: 'active' })] },
      'undecided: UnknownState',
    ],

    ['the management account', { accounts: [account(1, { isManagementAccount: true })] }, MANAGEMENT],
    [
      'the management account, asked for by name only',
      { accounts: [account(1, { isManagementAccount: true })], filters: { accounts: [idOf(1)] } },
      MANAGEMENT,
    ],
    [
      'the management account in the scope',
      {
        accounts: [account(1, { isManagementAccount: true })],
        config: configWith({ scope: { managementAccount: true } }),
      },
      'target',
    ],

    ['an account that the filter names', { filters: { accounts: [idOf(2), idOf(1)] } }, 'target'],
    ['an account that the filter does not name', { filters: { accounts: [idOf(2)] } }, NOT_ASKED_FOR],
    ['a filter that names nothing', { filters: { accounts: [] } }, NOT_ASKED_FOR],
    ['a filter for its OU', { filters: { organizationalUnits: [PAYMENTS] }, placements: inTeams }, 'target'],
    [
      'a filter for an OU above',
      { filters: { organizationalUnits: [TEAMS] }, placements: inTeams },
      'target',
    ],
    ['a filter for the root', { filters: { organizationalUnits: [ROOT] }, placements: inTeams }, 'target'],
    [
      'a filter for another OU',
      { filters: { organizationalUnits: [SANDBOX] }, placements: inTeams },
      NOT_ASKED_FOR,
    ],
    ['a filter for no OU', { filters: { organizationalUnits: [] }, placements: inTeams }, NOT_ASKED_FOR],
    [
      'both filters, named by account',
      { filters: { accounts: [idOf(1)], organizationalUnits: [SANDBOX] }, placements: inTeams },
      'target',
    ],
    [
      'both filters, named by OU',
      { filters: { accounts: [idOf(2)], organizationalUnits: [TEAMS] }, placements: inTeams },
      'target',
    ],
    [
      'both filters, named by neither',
      { filters: { accounts: [idOf(2)], organizationalUnits: [SANDBOX] }, placements: inTeams },
      NOT_ASKED_FOR,
    ],
    [
      'a filter for an OU, place not known',
      { filters: { organizationalUnits: [TEAMS] }, placements: lost },
      'undecided: TooManyRequestsException',
    ],
    [
      'a filter for other accounts, place not known',
      { filters: { accounts: [idOf(2)] }, config: scoped(TEAMS), placements: lost },
      NOT_ASKED_FOR,
    ],

    ['an opt-out on its last day', { config: configWith({ optOuts }) }, OPTED_OUT],
    [
      'an opt-out that ended yesterday',
      { config: configWith({ optOuts }), now: new Date('2027-01-16T00:00:00Z') },
      'target',
    ],
    [
      'an opt-out of another account',
      { config: configWith({ optOuts }), accounts: [account(2)], optOutTags: new Map([[idOf(2), UNTAGGED]]) },
      'target',
    ],
    [
      'an opt-out, asked for by name',
      { config: configWith({ optOuts }), filters: { accounts: [idOf(1)] } },
      OPTED_OUT,
    ],
    [
      'an opt-out, place not known',
      { config: configWith({ optOuts, scope: { organizationalUnits: [TEAMS] } }), placements: lost },
      OPTED_OUT,
    ],
    [
      'an opt-out, tag not known',
      { config: configWith({ optOuts }), optOutTags: tag(UNKNOWN_TAG) },
      OPTED_OUT,
    ],

    ['the scope names its OU', { config: scoped(SANDBOX, PAYMENTS), placements: inTeams }, 'target'],
    ['the scope names an OU above', { config: scoped(TEAMS), placements: inTeams }, 'target'],
    [
      'the scope names other OUs',
      { config: scoped(SANDBOX), placements: inTeams },
      `out-of-scope: below none of scope.organizationalUnits (it is in ${ROOT} / ${TEAMS} / ${PAYMENTS})`,
    ],
    [
      'the scope names other OUs, asked for by name',
      { config: scoped(SANDBOX), placements: inTeams, filters: { accounts: [idOf(1)] } },
      `out-of-scope: below none of scope.organizationalUnits (it is in ${ROOT} / ${TEAMS} / ${PAYMENTS})`,
    ],
    [
      'the scope names OUs, place not known',
      { config: scoped(TEAMS), placements: lost },
      'undecided: TooManyRequestsException',
    ],
    ['the scope names OUs, place not asked', { config: scoped(TEAMS) }, 'undecided: NotLookedUp'],
    [
      'an override names an OU, place not known',
      { config: overridden, placements: lost },
      'undecided: TooManyRequestsException',
    ],
    ['an override names an OU, place not asked', { config: overridden }, 'undecided: NotLookedUp'],
    ['no OU plays a part, place not known', { placements: lost }, 'target'],

    ['the opt-out tag', { optOutTags: tag(TAGGED) }, 'opted-out: by its tag keysweep=opt-out'],
    [
      'another opt-out tag',
      { optOutTags: tag(TAGGED), config: configWith({ optOutTag: 'sweep=no' }) },
      'opted-out: by its tag sweep=no',
    ],
    ['tags not known', { optOutTags: tag(UNKNOWN_TAG) }, 'undecided: TooManyRequestsException'],
    ['tags not asked', { optOutTags: new Map() }, 'undecided: NotLookedUp'],
    [
      'tags not known, but nobody opts out by tag',
      { optOutTags: tag(UNKNOWN_TAG), config: configWith({ optOutTag: false }) },
      'target',
    ],
    [
      'tags not asked, as nobody opts out by tag',
      { optOutTags: new Map(), config: configWith({ optOutTag: false }) },
      'target',
    ],
    [
      'an opt-out that ended, and the tag',
      { config: configWith({ optOuts }), now: new Date('2027-01-16T00:00:00Z'), optOutTags: tag(TAGGED) },
      'opted-out: by its tag keysweep=opt-out',
    ],
  ])('settles %s', (_what, overrides, expected) => {
    expect(ending(overrides)).toBe(expected);
  });

  it('passes on the failure that kept it from deciding', () => {
    const { undecided } = selectTargets(selectionInput({ optOutTags: tag(UNKNOWN_TAG) }));
    expect(undecided).toEqual([{ account: account(1), failure: THROTTLED }]);
  });

  it('names the state that it does not know, as a failure', () => {
    const strange = account(1, { state: 'QUARANTINED' });
    const { undecided } = selectTargets(selectionInput({ accounts: [strange] }));
    expect(undecided).toMatchObject([
      { account: strange, failure: { kind: 'failed', call: 'organizations:ListAccounts' } },
    ]);
    expect(undecided[0]?.failure.message).toContain('QUARANTINED');
  });

  it.each<[string, Partial<SelectionInput>, string]>([
    ['place', { config: scoped(TEAMS) }, 'organizations:ListAccountsForParent'],
    ['tags', { optOutTags: new Map() }, 'organizations:ListTagsForResource'],
  ])('names the call by which the %s should have been asked for, as a failure', (_what, overrides, call) => {
    const { undecided } = selectTargets(selectionInput(overrides));
    const message = `${call} was not asked about this account`;
    expect(undecided).toEqual([
      { account: account(1), failure: { kind: 'failed', call, code: 'NotLookedUp', message } },
    ]);
  });

  it.each<[string, Partial<SelectionInput>, string[]]>([
    ['no OU, as none plays a part', { placements: inTeams }, []],
    ['the OUs of its place', { config: scoped(TEAMS), placements: inTeams }, [ROOT, TEAMS, PAYMENTS]],
  ])('leaves to the tags, with %s, an account that nothing else settles', (_what, overrides, path) => {
    expect(classifyWithoutTag(account(1), selectionInput(overrides))).toEqual({ open: { path } });
  });

  it('gives a target the settings of its OUs', () => {
    const config = configWith({
      overrides: [{ organizationalUnits: [TEAMS], armed: true, groups: ['Team'] }],
    });
    const { targets } = selectTargets(selectionInput({ config, placements: inTeams }));
    expect(targets).toMatchObject([{ account: account(1), settings: { armed: true, groups: ['Team'] } }]);
  });

  it('sorts every account into exactly one list, in the order of the listing', () => {
    const accounts = [9, 1, 8, 2, 7, 3, 6].map((digit) => account(digit));
    const optOutTags = new Map(
      accounts.map(({ id }, index) => [id, [UNTAGGED, TAGGED, UNKNOWN_TAG][index % 3] ?? UNTAGGED]),
    );
    const { targets, leftOut, undecided } = selectTargets(selectionInput({ accounts, optOutTags }));
    const ids = [targets, leftOut, undecided].map((list) =>
      list.map((entry) => entry.account.id[0]).join(''),
    );
    expect(ids).toEqual(['926', '17', '83']);
  });

  it('selects nothing from nothing', () => {
    const nothing = { targets: [], leftOut: [], undecided: [], notices: [] };
    expect(selectTargets(selectionInput({ accounts: [] }))).toEqual(nothing);
  });

  it.each<[string, Partial<SelectionInput>, RegExp[]]>([
    ['an opt-out that ends today', {}, [/ends today/]],
    ['an opt-out that ended', { now: new Date('2027-01-16T00:00:00Z') }, [/ended with 2027-01-15/]],
    ['an opt-out with time left', { now: new Date('2027-01-07T23:59:59Z') }, []],
    [
      'an opt-out that ended, of an account that its tag leaves out',
      { now: new Date('2027-01-16T00:00:00Z'), optOutTags: tag(TAGGED) },
      [],
    ],
    [
      'an opt-out that ended, of a suspended account',
      { now: new Date('2027-01-16T00:00:00Z'), accounts: [account(1, { state: 'SUSPENDED' })] },
      [],
    ],
    ['an opt-out that ends today, not asked for', { filters: { accounts: [idOf(2)] } }, []],
  ])('gives notice of %s', (_what, overrides, expected) => {
    const { notices } = selectTargets(selectionInput({ config: configWith({ optOuts }), ...overrides }));
    expect(notices).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(notices[index]).toMatch(pattern));
  });
});
