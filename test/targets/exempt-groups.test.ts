import { expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { settingsFor } from '../../src/targets/settings.ts';
import { exemptGroupsIn } from '../../src/targets/exempt-groups.ts';
import { configWith } from '../support/build-config.ts';
import { account, idOf, ROOT, TEAMS } from './build.ts';

const IN_TEAMS = { organizationalUnits: [TEAMS], groups: ['ServiceUsers', 'Developers'] };

it.each<[string, ConfigInput['overrides'], string[]]>([
  ['an account exempts what its OU sweeps', [IN_TEAMS, exempting('serviceusers')], ['ServiceUsers']],
  ['it exempts another group', [IN_TEAMS, exempting('Robots')], []],
  ['overrides do not meet', [IN_TEAMS], []],
  [
    'a list of the account replaces that of the OU',
    [IN_TEAMS, { ...exempting('ServiceUsers'), groups: ['Developers'] }],
    [],
  ],
])('exemptGroupsIn where %s', (_, overrides, groups) => {
  const config = configWith({ overrides });
  const targets = [1, 2].map((index) => ({
    account: account(index),
    settings: settingsFor(account(index), [ROOT, TEAMS], config),
  }));
  expect(exemptGroupsIn(targets)).toEqual(groups.map((group) => ({ group, accounts: [account(1)] })));
});

function exempting(group: string) {
  return { accounts: [idOf(1)], exempt: { groups: [group] } };
}
