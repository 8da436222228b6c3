import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generated-files.ts';
import { accountsJsonSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/errors.ts';
import { settingsFor } from '../../src/targets/settings.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, ROOT), 'utf8');
const docs = await read('docs/configuration.md');
const generated = await generatedFiles();

/** The fenced blocks in one language. */
function blocks(language: string): string[] {
  return [...docs.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text]) => text ?? '',
  );
}

describe('generated files', () => {
  it.each(generated)('$file.pathname is what `npm run schema` writes', async ({ file, content }) => {
    expect(await readFile(file, 'utf8')).toBe(content);
  });
});

describe('the JSON Schema', () => {
  it('describes every setting', () => {
    expect(undescribed(accountsJsonSchema())).toEqual([]);
  });

  it('has the defaults as users write them', () => {
    const { properties } = accountsJsonSchema();
    expect(properties).toMatchObject({
      optOutTag: { default: 'keysweep=opt-out' },
      overrides: { default: [] },
    });
  });
});

function undescribed(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, items } = schema as {
    properties?: Record<string, { description?: string }>;
    items?: unknown;
  };
  const here = Object.entries(properties).flatMap(([name, inner]) => [
    ...(inner.description === undefined ? [`${path}.${name}`] : []),
    ...undescribed(inner, `${path}.${name}`),
  ]);
  return [...here, ...undescribed(items, `${path}[]`)];
}

describe('docs/configuration.md', () => {
  it.each(blocks('json').map((text) => [text]))('has an example that is valid: %s', (text) => {
    expect(() => parseConfig(text, 'accounts.json')).not.toThrow();
  });

  it('has examples', () => {
    expect(blocks('json').length).toBeGreaterThan(3);
  });

  it('shows the list of problems as it is printed', () => {
    const bad = `{
  "defaults": {
    "groups": ["Developers"],
    "rules": {
      "users": "all", "maxKeyAgeDays": "7"
    }
  },
  "overrides": [{ "accounts": ["111122223333"], "rules": { "mode": "delet" } }]
}`;
    expect(listing(bad)).toBe(blocks('text')[0]);
  });
});

function listing(text: string): string {
  try {
    parseConfig(text, 'accounts.json');
  } catch (error) {
    if (error instanceof ConfigError) return `${error.message}\n`;
  }
  return '';
}

describe('the example files', () => {
  it('accounts.example.json is valid, as plain JSON too', async () => {
    const text = await read('accounts.example.json');
    expect(parseConfig(text, 'accounts.example.json').overrides).toHaveLength(2);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  it('docs/examples/original.json deletes every key of every member on Friday at 23:55 UTC', async () => {
    const config = parseConfig(await read('docs/examples/original.json'), 'original.json');
    const account = { id: '111122223333', name: 'only', state: 'ACTIVE', isManagementAccount: true };
    expect(config.schedule).toMatchObject({ expression: 'cron(55 23 ? * FRI *)', timezone: 'UTC' });
    expect(config).toMatchObject({
      scope: { managementAccount: true },
      optOutTag: false,
      optOuts: [],
      overrides: [],
    });
    expect(settingsFor(account, [], config)).toMatchObject({
      armed: true,
      groups: ['Developers', 'Administrators'],
      rules: { maxKeyAgeDays: 0, mode: 'delete', users: 'all' },
      exempt: { users: [], userTag: false, groups: [] },
    });
  });

  it('docs/examples/scp-keep-exemptions.json fits into a service control policy, and denies', async () => {
    const text = await read('docs/examples/scp-keep-exemptions.json');
    // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
    expect(JSON.stringify(JSON.parse(text)).length).toBeLessThan(5120);
    const { Statement } = JSON.parse(text) as {
      Statement: { Effect: string; Condition: { ArnNotLike: object } }[];
    };
    for (const { Effect, Condition } of Statement) {
      expect(Effect).toBe('Deny');
      expect(Condition.ArnNotLike).toEqual({ 'aws:PrincipalArn': ['arn:aws:iam::*:role/CloudTeam'] });
    }
  });
});
