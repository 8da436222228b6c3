import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { Filters } from '../../src/targets/filters.ts';
import {
  allNamesKnown,
  allUnitsKnown,
  departedWarning,
  isDeparted,
  unknownNames,
} from '../../src/targets/unknown-names.ts';
import { configWith } from '../support/build-config.ts';
import { account, idOf, PAYMENTS, ROOT, SANDBOX, TEAMS } from './build.ts';

const ACCOUNTS = [account(1), account(2), account(3, { state: 'SUSPENDED' })];
const UNITS = new Set([ROOT, TEAMS, PAYMENTS]);
const TYPO = '111111111112';
const ACCOUNT = 'the ID of an account in this organization; keysweep accounts lists them';
const UNIT = 'the ID of an OU in this organization';
const optOut = (id: string) => ({ account: id, owner: 'a', reason: 'b', until: '2027-01-31' });

function unknown(
  config: Partial<ConfigInput>,
  filters: Filters = {},
  units: ReadonlySet<string> | undefined = UNITS,
) {
  return unknownNames(configWith(config), filters, ACCOUNTS, units);
}

describe('unknownNames', () => {
  it.each<[string, Partial<ConfigInput>, Filters, object]>([
    [
      'a misspelled opt-out',
      { optOuts: [optOut(idOf(1)), optOut(TYPO)] },
      {},
      { path: 'optOuts[1].account', value: TYPO, expected: ACCOUNT, nearest: idOf(1) },
    ],
    [
      'an opt-out of an account of another organization',
      { optOuts: [optOut(idOf(9))] },
      {},
      { path: 'optOuts[0].account', value: idOf(9), expected: ACCOUNT },
    ],
    [
      'an override',
      {
        overrides: [
          { organizationalUnits: [TEAMS], armed: true },
          { accounts: [idOf(2), TYPO], armed: true },
        ],
      },
      {},
      { path: 'overrides[1].accounts[1]', value: TYPO, expected: ACCOUNT, nearest: idOf(1) },
    ],
    [
      'a filter',
      {},
      { accounts: [idOf(1), 'payments'] },
      { path: '--account', value: 'payments', expected: ACCOUNT },
    ],
    [
      'a scope OU',
      { scope: { organizationalUnits: [TEAMS, 'ou-ab12-payment5'] } },
      {},
      { path: 'scope.organizationalUnits[1]', value: 'ou-ab12-payment5', expected: UNIT, nearest: PAYMENTS },
    ],
    [
      'an override OU',
      { overrides: [{ organizationalUnits: [SANDBOX], armed: true }] },
      {},
      { path: 'overrides[0].organizationalUnits[0]', value: SANDBOX, expected: UNIT },
    ],
    ['a filter OU', {}, { organizationalUnits: [SANDBOX] }, { path: '--ou', value: SANDBOX, expected: UNIT }],
    [
      'an empty account filter',
      {},
      { accounts: [] },
      { path: '--account', value: undefined, expected: 'at least one ID, or no filter' },
    ],
    [
      'an empty OU filter',
      {},
      { organizationalUnits: [] },
      { path: '--ou', value: undefined, expected: 'at least one ID, or no filter' },
    ],
  ])('finds %s', (_what, config, filters, problem) => {
    expect(unknown(config, filters)).toStrictEqual([problem]);
  });

  it('accepts existing names, also of accounts that are not active, and of the root', () => {
    const config: Partial<ConfigInput> = {
      scope: { organizationalUnits: [ROOT] },
      overrides: [
        { organizationalUnits: [TEAMS, PAYMENTS], armed: true },
        { accounts: [idOf(2)], armed: true },
      ],
      optOuts: [optOut(idOf(3))],
    };
    expect(unknown(config, { accounts: [idOf(1)], organizationalUnits: [PAYMENTS] })).toEqual([]);
  });

  it('finds all unknown names at once', () => {
    const config: Partial<ConfigInput> = {
      scope: { organizationalUnits: [SANDBOX] },
      optOuts: [optOut(TYPO), optOut(idOf(9))],
    };
    expect(unknown(config, { accounts: ['x'], organizationalUnits: ['y'] }).map(({ path }) => path)).toEqual([
      '--account',
      'optOuts[0].account',
      'optOuts[1].account',
      '--ou',
      'scope.organizationalUnits[0]',
    ]);
  });

  it('does not report OUs when they could not be listed: the accounts are undecided', () => {
    const config: Partial<ConfigInput> = {
      scope: { organizationalUnits: [SANDBOX] },
      optOuts: [optOut(TYPO)],
    };
    const problems = unknownNames(configWith(config), { organizationalUnits: ['y'] }, ACCOUNTS);
    expect(problems.map(({ path }) => path)).toEqual(['optOuts[0].account']);
  });
});

describe('allUnitsKnown', () => {
  it.each<[string, Partial<ConfigInput>, Filters, boolean]>([
    ['no OU is named', {}, { accounts: [idOf(9)] }, true],
    ['the scope names a known one', { scope: { organizationalUnits: [TEAMS] } }, {}, true],
    ['the scope also names another', { scope: { organizationalUnits: [TEAMS, SANDBOX] } }, {}, false],
    [
      'an override names another',
      { overrides: [{ organizationalUnits: [SANDBOX], armed: false }] },
      {},
      false,
    ],
    ['a filter names another', {}, { organizationalUnits: [SANDBOX] }, false],
    [
      'all named OUs are known',
      { overrides: [{ organizationalUnits: [ROOT, PAYMENTS], armed: false }] },
      { organizationalUnits: [TEAMS] },
      true,
    ],
  ])('when %s', (_what, config, filters, expected) => {
    expect(allUnitsKnown(configWith(config), filters, UNITS)).toBe(expected);
  });
});

describe('allNamesKnown', () => {
  const IDS = new Set(ACCOUNTS.map(({ id }) => id));

  it.each<[string, Partial<ConfigInput>, Filters, boolean]>([
    ['nothing is named', {}, {}, true],
    ['all names exist', { optOuts: [optOut(idOf(1))] }, { organizationalUnits: [TEAMS] }, true],
    ['an opt-out names another account', { optOuts: [optOut(idOf(1)), optOut(TYPO)] }, {}, false],
    ['an override does', { overrides: [{ accounts: [idOf(2), TYPO], armed: true }] }, {}, false],
    ['a filter does', {}, { accounts: [TYPO] }, false],
    ['a filter names another OU', {}, { accounts: [idOf(1)], organizationalUnits: [SANDBOX] }, false],
    ['a filter names no account', {}, { accounts: [] }, false],
    ['a filter names no OU', {}, { accounts: [idOf(1)], organizationalUnits: [] }, false],
  ])('when %s', (_what, config, filters, expected) => {
    expect(allNamesKnown(configWith(config), filters, IDS, UNITS)).toBe(expected);
    expect(unknownNames(configWith(config), filters, ACCOUNTS, UNITS).length === 0).toBe(expected);
  });
});

describe('an account that is not listed', () => {
  const config = { optOuts: [optOut(TYPO)], overrides: [{ accounts: [idOf(9)], armed: false }] };
  const problems = () => unknown(config, { accounts: [idOf(9)], organizationalUnits: [SANDBOX] });
  const left = (former: readonly string[]) =>
    problems()
      .filter((problem) => isDeparted(problem, new Set(former)))
      .map(({ path }) => path);

  it('has left if it was listed before and accounts.json names it', () => {
    expect(problems()).toHaveLength(4);
    expect(left([])).toEqual([]);
    expect(left([TYPO])).toEqual(['optOuts[0].account']);
    expect(left([idOf(9), TYPO])).toEqual(['overrides[0].accounts[0]', 'optOuts[0].account']);
  });

  it('is reported with where it is named', () => {
    expect(departedWarning({ path: 'optOuts[0].account', value: TYPO })).toBe(
      `optOuts[0].account names ${TYPO}, which has left the organization: ` +
        'an earlier sweep listed it. Remove it.',
    );
  });
});
