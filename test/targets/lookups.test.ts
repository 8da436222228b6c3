import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/schema.ts';
import { usesOrganizationalUnits } from '../../src/targets/classify.ts';
import type { Filters } from '../../src/targets/filters.ts';
import { accountsNeedingTags } from '../../src/targets/lookups.ts';
import { selectTargets, type SelectionInput } from '../../src/targets/select-targets.ts';
import { configWith } from '../support/build-config.ts';
import {
  account,
  idOf,
  placedIn,
  SANDBOX,
  selectionInput,
  TEAMS,
  UNKNOWN_PLACEMENT,
  UNTAGGED,
} from './build.ts';

describe('usesOrganizationalUnits', () => {
  it.each<[string, Partial<ConfigInput>, Filters, boolean]>([
    ['nothing but defaults', {}, {}, false],
    ['a scope by OU', { scope: { organizationalUnits: [TEAMS] } }, {}, true],
    ['a scope without OUs', { scope: { managementAccount: true } }, {}, false],
    [
      'an override by OU',
      {
        overrides: [
          { accounts: [idOf(1)], armed: true },
          { organizationalUnits: [TEAMS], armed: true },
        ],
      },
      {},
      true,
    ],
    ['overrides by account', { overrides: [{ accounts: [idOf(1)], armed: true }] }, {}, false],
    ['a filter by OU', {}, { organizationalUnits: [TEAMS] }, true],
    ['a filter by account', {}, { accounts: [idOf(1)] }, false],
  ])('with %s', (_what, config, filters, expected) => {
    expect(usesOrganizationalUnits(configWith(config), filters)).toBe(expected);
  });
});

describe('accountsNeedingTags', () => {
  const accounts = [
    account(1),
    account(2, { state: 'SUSPENDED' }),
    account(3, { isManagementAccount: true }),
    account(4),
    account(5),
    account(6),
    account(7, { state: 'STRANGE' }),
  ];
  const input: SelectionInput = selectionInput({
    accounts,
    config: configWith({
      scope: { organizationalUnits: [TEAMS] },
      optOuts: [{ account: idOf(4), owner: 'a', reason: 'b', until: '2027-12-31' }],
    }),
    placements: new Map(
      [
        placedIn(TEAMS),
        placedIn(TEAMS),
        placedIn(TEAMS),
        placedIn(TEAMS),
        placedIn(SANDBOX),
        UNKNOWN_PLACEMENT,
        placedIn(TEAMS),
      ].map((placement, index) => [idOf(index + 1), placement]),
    ),
  });

  it('returns only eligible accounts', () => {
    expect(accountsNeedingTags(input)).toEqual([account(1)]);
  });

  it('returns all that the selection needs to decide every account', () => {
    const optOutTags = new Map(accountsNeedingTags(input).map(({ id }) => [id, UNTAGGED]));
    const { targets, undecided } = selectTargets({ ...input, optOutTags });
    expect(targets.map((target) => target.account)).toEqual([account(1)]);
    expect(undecided.map(({ failure }) => failure.code)).toEqual([
      'TooManyRequestsException',
      'UnknownState',
    ]);
  });

  it('returns none when optOutTag is false', () => {
    expect(accountsNeedingTags({ ...input, config: configWith({ optOutTag: false }) })).toEqual([]);
  });
});
