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
  UNKNOWN_PLACEMENT,
  UNKNOWN_TAG,
  UNTAGGED,
} from './build.ts';

/** What account 1 is: `target`, `opted-out: reason`, or `undecided: code of the failure`. */
function verdict(overrides: Partial<SelectionInput>): string {
  const { targets, leftOut, undecided } = selectTargets(selectionInput(overrides));
  const verdicts = [
    ...targets.map(() => 'target'),
    ...leftOut.map(({ outcome, reason }) => `${outcome}: ${reason}`),
    ...undecided.map(({ failure }) => `undecided: ${failure.code}`),
  ];
  expect(verdicts).toHaveLength(1);
  return verdicts.join();
}

const optOuts: ConfigInput['optOuts'] = [
  { account: idOf(1), owner: 'pay@example.com', reason: 'audit', until: '2027-01-15' },
];
const OPTED_OUT = 'opted-out: until 2027-01-15, owner pay@example.com: audit';
const NOT_SELECTED = 'out-of-scope: not selected for this run';
const MANAGEMENT = 'out-of-scope: management account (scope.managementAccount is false)';
const inTeams = new Map([[idOf(1), placedIn(TEAMS, PAYMENTS)]]);
const unknownPlacement = new Map([[idOf(1), UNKNOWN_PLACEMENT]]);
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
    ['no state', { accounts: [account(1, { state: 'UNKNOWN' })] }, 'undecided: UnknownState'],
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
      'the management account, selected by the filter',
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

    ['an account in the filter', { filters: { accounts: [idOf(2), idOf(1)] } }, 'target'],
    ['an account that is not in the filter', { filters: { accounts: [idOf(2)] } }, NOT_SELECTED],
    ['an empty filter', { filters: { accounts: [] } }, NOT_SELECTED],
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
      NOT_SELECTED,
    ],
    ['an empty OU filter', { filters: { organizationalUnits: [] }, placements: inTeams }, NOT_SELECTED],
    [
      'both filters, selected by account',
      { filters: { accounts: [idOf(1)], organizationalUnits: [SANDBOX] }, placements: inTeams },
      'target',
    ],
    [
      'both filters, selected by OU',
      { filters: { accounts: [idOf(2)], organizationalUnits: [TEAMS] }, placements: inTeams },
      'target',
    ],
    [
      'both filters, selected by neither',
      { filters: { accounts: [idOf(2)], organizationalUnits: [SANDBOX] }, placements: inTeams },
      NOT_SELECTED,
    ],
    [
      'a filter for an OU, placement unknown',
      { filters: { organizationalUnits: [TEAMS] }, placements: unknownPlacement },
      'undecided: TooManyRequestsException',
    ],
    [
      'a filter for other accounts, placement unknown',
      { filters: { accounts: [idOf(2)] }, config: scoped(TEAMS), placements: unknownPlacement },
      NOT_SELECTED,
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
      'an opt-out, selected by the filter',
      { config: configWith({ optOuts }), filters: { accounts: [idOf(1)] } },
      OPTED_OUT,
    ],
    [
      'an opt-out, placement unknown',
      {
        config: configWith({ optOuts, scope: { organizationalUnits: [TEAMS] } }),
        placements: unknownPlacement,
      },
      OPTED_OUT,
    ],
    ['an opt-out, tag unknown', { config: configWith({ optOuts }), optOutTags: tag(UNKNOWN_TAG) }, OPTED_OUT],

    ['the scope names its OU', { config: scoped(SANDBOX, PAYMENTS), placements: inTeams }, 'target'],
    ['the scope names an OU above', { config: scoped(TEAMS), placements: inTeams }, 'target'],
    [
      'the scope names other OUs',
      { config: scoped(SANDBOX), placements: inTeams },
      `out-of-scope: not in scope.organizationalUnits (it is in ${ROOT} / ${TEAMS} / ${PAYMENTS})`,
    ],
    [
      'the scope names other OUs, selected by the filter',
      { config: scoped(SANDBOX), placements: inTeams, filters: { accounts: [idOf(1)] } },
      `out-of-scope: not in scope.organizationalUnits (it is in ${ROOT} / ${TEAMS} / ${PAYMENTS})`,
    ],
    [
      'the scope names OUs, placement unknown',
      { config: scoped(TEAMS), placements: unknownPlacement },
      'undecided: TooManyRequestsException',
    ],
    ['the scope names OUs, placement not read', { config: scoped(TEAMS) }, 'undecided: NotLookedUp'],
    [
      'an override names an OU, placement unknown',
      { config: overridden, placements: unknownPlacement },
      'undecided: TooManyRequestsException',
    ],
    ['an override names an OU, placement not read', { config: overridden }, 'undecided: NotLookedUp'],
    ['no OU matters, placement unknown', { placements: unknownPlacement }, 'target'],

    ['the opt-out tag', { optOutTags: tag(TAGGED) }, 'opted-out: by its tag keysweep=opt-out'],
    [
      'another opt-out tag',
      { optOutTags: tag(TAGGED), config: configWith({ optOutTag: 'sweep=no' }) },
      'opted-out: by its tag sweep=no',
    ],
    ['tags unknown', { optOutTags: tag(UNKNOWN_TAG) }, 'undecided: TooManyRequestsException'],
    ['tags not read', { optOutTags: new Map() }, 'undecided: NotLookedUp'],
    [
      'tags unknown, with optOutTag false',
      { optOutTags: tag(UNKNOWN_TAG), config: configWith({ optOutTag: false }) },
      'target',
    ],
    [
      'tags not read, with optOutTag false',
      { optOutTags: new Map(), config: configWith({ optOutTag: false }) },
      'target',
    ],
    [
      'an opt-out that ended, and the tag',
      { config: configWith({ optOuts }), now: new Date('2027-01-16T00:00:00Z'), optOutTags: tag(TAGGED) },
      'opted-out: by its tag keysweep=opt-out',
    ],
  ])('classifies %s', (_what, overrides, expected) => {
    expect(verdict(overrides)).toBe(expected);
  });

  it('reports the failure that left an account undecided', () => {
    const { undecided } = selectTargets(selectionInput({ optOutTags: tag(UNKNOWN_TAG) }));
    expect(undecided).toEqual([{ account: account(1), failure: THROTTLED }]);
  });

  it('names an unknown state in the failure', () => {
    const strange = account(1, { state: 'QUARANTINED' });
    const { undecided } = selectTargets(selectionInput({ accounts: [strange] }));
    expect(undecided).toMatchObject([
      { account: strange, failure: { kind: 'failed', call: 'organizations:ListAccounts' } },
    ]);
    expect(undecided[0]?.failure.message).toContain('QUARANTINED');
  });

  it.each<[string, Partial<SelectionInput>, string]>([
    ['placement', { config: scoped(TEAMS) }, 'organizations:ListAccountsForParent'],
    ['tags', { optOutTags: new Map() }, 'organizations:ListTagsForResource'],
  ])('names the missing call in the failure when the %s was not read', (_what, overrides, call) => {
    const { undecided } = selectTargets(selectionInput(overrides));
    const message = `${call} was not called for this account: a defect of keysweep`;
    expect(undecided).toEqual([
      { account: account(1), failure: { kind: 'failed', call, code: 'NotLookedUp', message } },
    ]);
  });

  it.each<[string, Partial<SelectionInput>, string[]]>([
    ['no OU, as none matters', { placements: inTeams }, []],
    ['its OUs', { config: scoped(TEAMS), placements: inTeams }, [ROOT, TEAMS, PAYMENTS]],
  ])('is eligible, with %s, when only the tags can exclude it', (_what, overrides, path) => {
    expect(classifyWithoutTag(account(1), selectionInput(overrides))).toEqual({ eligible: { path } });
  });

  it('gives a target the settings of its OU', () => {
    const config = configWith({
      overrides: [{ organizationalUnits: [TEAMS], armed: true, groups: ['Team'] }],
    });
    const { targets } = selectTargets(selectionInput({ config, placements: inTeams }));
    expect(targets).toMatchObject([{ account: account(1), settings: { armed: true, groups: ['Team'] } }]);
  });

  it('sorts every account into exactly one list, in the order of the list', () => {
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

  it('selects nothing without accounts', () => {
    const nothing = { targets: [], leftOut: [], undecided: [], warnings: [] };
    expect(selectTargets(selectionInput({ accounts: [] }))).toEqual(nothing);
  });

  it.each<[string, Partial<SelectionInput>, RegExp[]]>([
    ['an opt-out that ends today', {}, [/ends today/]],
    ['an opt-out that ended', { now: new Date('2027-01-16T00:00:00Z') }, [/ended on 2027-01-15/]],
    ['an opt-out with time left', { now: new Date('2027-01-07T23:59:59Z') }, []],
    [
      'an opt-out that ended, of an account with the opt-out tag',
      { now: new Date('2027-01-16T00:00:00Z'), optOutTags: tag(TAGGED) },
      [],
    ],
    [
      'an opt-out that ended, of a suspended account',
      { now: new Date('2027-01-16T00:00:00Z'), accounts: [account(1, { state: 'SUSPENDED' })] },
      [],
    ],
    ['an opt-out that ends today, not selected by the filter', { filters: { accounts: [idOf(2)] } }, []],
  ])('warnings for %s', (_what, overrides, expected) => {
    const { warnings } = selectTargets(selectionInput({ config: configWith({ optOuts }), ...overrides }));
    expect(warnings).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(warnings[index]).toMatch(pattern));
  });
});
