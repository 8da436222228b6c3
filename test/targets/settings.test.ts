import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/schema.ts';
import { settingsFor } from '../../src/targets/settings.ts';
import type { AccountSettings } from '../../src/targets/target.ts';
import { configWith } from '../support/build-config.ts';
import { account, idOf, PAYMENTS, ROOT, SANDBOX, TEAMS } from './build.ts';

const DEFAULTS: ConfigInput['defaults'] = {
  groups: ['Developers'],
  rules: { maxKeyAgeDays: 30, maxUnusedDays: false, mode: 'deactivate', deleteAfterDays: 5, users: 'all' },
  exempt: { users: ['root-*'], userTag: 'keep=yes', groups: ['Service'] },
};

type Overrides = NonNullable<ConfigInput['overrides']>;

/** Settings of account 1, which is in root / teams / payments. */
function settings(overrides: Overrides, path = [ROOT, TEAMS, PAYMENTS]): AccountSettings {
  const config = configWith({
    defaults: DEFAULTS,
    rotationRole: { name: 'Rotation', path: '/security/', externalId: 'secret' },
    overrides,
  });
  return settingsFor(account(1), path, config);
}

const BASE: AccountSettings = {
  armed: false,
  groups: ['Developers'],
  rules: { maxKeyAgeDays: 30, maxUnusedDays: false, mode: 'deactivate', deleteAfterDays: 5, users: 'all' },
  exempt: { users: ['root-*'], userTag: { key: 'keep', value: 'yes' }, groups: ['Service'] },
  rotationRole: { name: 'Rotation', path: '/security/', externalId: 'secret' },
  callsPerAccount: 4,
};

describe('settingsFor', () => {
  it('returns the defaults when no override applies to the account', () => {
    const others: Overrides = [
      { accounts: [idOf(2)], armed: true },
      { organizationalUnits: [SANDBOX], groups: ['Other'] },
    ];
    expect(settings(others)).toStrictEqual(BASE);
  });

  it.each<[string, Overrides[number], Partial<AccountSettings>]>([
    ['armed', { armed: true }, { armed: true }],
    ['groups, replaced', { groups: ['Ops'] }, { groups: ['Ops'] }],
    ['one rule', { rules: { mode: 'delete' } }, { rules: { ...BASE.rules, mode: 'delete' } }],
    ['a rule that is 0', { rules: { maxKeyAgeDays: 0 } }, { rules: { ...BASE.rules, maxKeyAgeDays: 0 } }],
    ['exempt users, replaced', { exempt: { users: [] } }, { exempt: { ...BASE.exempt, users: [] } }],
    ['exempt groups, replaced', { exempt: { groups: ['X'] } }, { exempt: { ...BASE.exempt, groups: ['X'] } }],
    ['no exempt tag', { exempt: { userTag: false } }, { exempt: { ...BASE.exempt, userTag: false } }],
    [
      'the role name',
      { rotationRole: { name: 'Own' } },
      { rotationRole: { ...BASE.rotationRole, name: 'Own' } },
    ],
    [
      'the external ID',
      { rotationRole: { externalId: 'own' } },
      { rotationRole: { ...BASE.rotationRole, externalId: 'own' } },
    ],
    ['the concurrency', { concurrency: { callsPerAccount: 1 } }, { callsPerAccount: 1 }],
  ])('lets an override change %s and nothing else, by account and by OU', (_what, change, expected) => {
    expect(settings([{ accounts: [idOf(1)], ...change }])).toStrictEqual({ ...BASE, ...expected });
    expect(settings([{ organizationalUnits: [TEAMS], ...change }])).toStrictEqual({ ...BASE, ...expected });
  });

  const root: Overrides[number] = {
    organizationalUnits: [ROOT],
    rules: { maxKeyAgeDays: 1, deleteAfterDays: 1, users: 'with-console-access' },
  };
  const teams: Overrides[number] = {
    organizationalUnits: [SANDBOX, TEAMS],
    rules: { maxKeyAgeDays: 2, maxUnusedDays: 1, deleteAfterDays: 2 },
  };
  const payments: Overrides[number] = { organizationalUnits: [PAYMENTS], rules: { maxKeyAgeDays: 3 } };
  const own: Overrides[number] = { accounts: [idOf(2), idOf(1)], rules: { mode: 'delete' } };
  const orders: Overrides[] = [
    [root, teams, payments, own],
    [own, payments, teams, root],
    [payments, own, root, teams],
  ];
  it.each(orders)(
    'lets the nearest OU win, then the account, field by field, in any order',
    (...overrides) => {
      expect(settings(overrides).rules).toEqual({
        maxKeyAgeDays: 3,
        maxUnusedDays: 1,
        deleteAfterDays: 2,
        users: 'with-console-access',
        mode: 'delete',
      });
    },
  );

  it('applies overrides in the order of the path, not of the file', () => {
    const overrides: Overrides = [
      { organizationalUnits: [TEAMS], armed: true, groups: ['T'] },
      { organizationalUnits: [PAYMENTS], armed: false },
    ];
    expect(settings(overrides)).toMatchObject({ armed: false, groups: ['T'] });
    expect(settings(overrides, [ROOT, PAYMENTS, TEAMS])).toMatchObject({ armed: true, groups: ['T'] });
    expect(settings(overrides, [ROOT])).toStrictEqual(BASE);
  });

  it('lets an account be armed in an unarmed OU', () => {
    const overrides: Overrides = [
      { accounts: [idOf(1)], armed: true },
      { organizationalUnits: [PAYMENTS], armed: false },
    ];
    expect(settings(overrides).armed).toBe(true);
  });

  it('treats a field that is undefined as absent', () => {
    const config = configWith({ defaults: DEFAULTS });
    const override = { accounts: [idOf(1)], rules: { mode: undefined }, exempt: { users: undefined } };
    const { rules, exempt } = settingsFor(account(1), [], { ...config, overrides: [override] });
    expect({ rules, exempt }).toStrictEqual({ rules: BASE.rules, exempt: BASE.exempt });
  });

  it('does not change the configuration', () => {
    const config = configWith({
      overrides: [{ accounts: [idOf(1)], rules: { mode: 'delete' }, groups: ['X'] }],
    });
    const before = structuredClone(config);
    settingsFor(account(1), [], config);
    expect(config).toEqual(before);
  });
});
