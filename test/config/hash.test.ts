import { expect, it } from 'vitest';
import { configSha256 } from '../../src/config/hash.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import { configWith } from '../support/build-config.ts';

const REFERENCE = configSha256(configWith());

it('is a SHA-256 as hex', () => {
  expect(REFERENCE).toMatch(/^[0-9a-f]{64}$/);
});

it.each([
  ['layout and comments', '{\n// why\n"defaults": {"groups": ["Developers"]}}'],
  ['a spelled-out default', '{"defaults": {"groups": ["Developers"], "armed": false}, "optOuts": []}'],
  [
    'the order of settings',
    '{"limits": {"maxKeys": 500}, "defaults": {"armed": false, "groups": ["Developers"]}}',
  ],
  ['$schema', '{"$schema": "./accounts.schema.json", "defaults": {"groups": ["Developers"]}}'],
])('does not change with %s', (_what, text) => {
  expect(configSha256(parseConfig(text, 'accounts.json'))).toBe(REFERENCE);
});

it('does not change with the order of the fields in the parsed configuration', () => {
  const config = configWith();
  const reversed = Object.fromEntries(Object.entries(config).reverse()) as typeof config;
  const rules = Object.fromEntries(
    Object.entries(config.defaults.rules).reverse(),
  ) as typeof config.defaults.rules;
  expect(configSha256({ ...reversed, defaults: { ...config.defaults, rules } })).toBe(REFERENCE);
});

it.each<[string, Partial<ConfigInput>]>([
  ['a group', { defaults: { groups: ['Admins'] } }],
  ['a nested rule', { defaults: { groups: ['Developers'], rules: { maxKeyAgeDays: 1 } } }],
  ['an override', { overrides: [{ accounts: ['111122223333'], armed: true }] }],
  ['a limit', { limits: { maxKeys: 501 } }],
])('changes with %s', (_what, input) => {
  expect(configSha256(configWith(input))).not.toBe(REFERENCE);
});
