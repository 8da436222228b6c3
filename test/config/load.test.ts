import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/config/document.ts';
import { accountsJsonSchema } from '../../src/config/json-schema.ts';
import { loadConfig, parseConfig } from '../../src/config/load.ts';
import type { Problem } from '../../src/config/problem.ts';
import { ConfigError } from '../../src/config/errors.ts';
import { configWith } from '../support/build-config.ts';

function problemsOf(config: unknown): readonly Problem[] {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  try {
    parseConfig(text, 'accounts.json');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const withDefaults = (defaults: object) => ({ defaults: { groups: ['Developers'], ...defaults } });
const withSection = (section: object) => ({ ...withDefaults({}), ...section });
const PATH = 'an IAM path, which starts and ends with /, of A-Z a-z 0-9 _ + = , . @ / -';
const withDeployment = (deployment: object) =>
  withSection({
    deployment: {
      account: '111122223333',
      organizationId: 'o-a1b2c3d4e5',
      region: 'eu-central-1',
      ...deployment,
    },
  });
const OPT_OUT = { account: '111122223333', owner: 'a@example.com', reason: 'audit', until: '2027-01-31' };

describe('parseConfig', () => {
  it('fills in every default', () => {
    expect(configWith()).toEqual({
      schedule: {
        expression: 'cron(55 23 ? * FRI *)',
        timezone: 'UTC',
        noticeHours: 24,
        notAfterMinutes: 180,
      },
      rotationRole: { name: 'KeysweepRotation', path: '/' },
      scope: { managementAccount: false },
      optOutTag: { key: 'keysweep', value: 'opt-out' },
      defaults: {
        armed: false,
        groups: ['Developers'],
        rules: {
          maxKeyAgeDays: 0,
          maxUnusedDays: false,
          mode: 'deactivate-then-delete',
          deleteAfterDays: 7,
          users: 'with-console-access',
        },
        exempt: { users: [], userTag: { key: 'keysweep', value: 'exempt' }, groups: [] },
      },
      overrides: [],
      optOuts: [],
      limits: {
        maxKeys: 500,
        maxKeysPerAccount: 500,
        maxGrowth: 2,
        maxGrowthPerAccount: 4,
        maxShareOfKeys: 0.5,
        maxAccountsDrop: 0.1,
        maxCannotAssume: 0.05,
        maxDecisionAgeMinutes: 5,
      },
      concurrency: { accounts: 100, callsPerAccount: 4 },
      notices: { events: true, eventBus: 'default', required: false },
      report: { site: false, securityHub: false },
    });
  });

  it('splits a tag at its first =', () => {
    expect(configWith({ optOutTag: 'team=a=b' }).optOutTag).toEqual({ key: 'team', value: 'a=b' });
  });

  it('adds no defaults to an override', () => {
    const config = configWith({ overrides: [{ accounts: ['111122223333'], rules: { mode: 'delete' } }] });
    expect(config.overrides).toStrictEqual([{ accounts: ['111122223333'], rules: { mode: 'delete' } }]);
  });

  it.each<[string, unknown, Partial<Problem>]>([
    [
      'text instead of a number',
      withDefaults({ rules: { maxKeyAgeDays: '7' } }),
      { path: 'defaults.rules.maxKeyAgeDays', value: '7', expected: 'a whole number from 0 to 3650' },
    ],
    [
      'a fraction',
      withDefaults({ rules: { deleteAfterDays: 1.5 } }),
      { path: 'defaults.rules.deleteAfterDays', value: 1.5, expected: 'a whole number from 1 to 3650' },
    ],
    [
      'a number too small',
      withDefaults({ rules: { deleteAfterDays: 0 } }),
      { value: 0, expected: 'a whole number from 1 to 3650' },
    ],
    [
      'a number too large',
      withSection({ concurrency: { callsPerAccount: 21 } }),
      { path: 'concurrency.callsPerAccount', expected: 'a whole number from 1 to 20' },
    ],
    [
      'a share above 1',
      withSection({ limits: { maxCannotAssume: 5 } }),
      { path: 'limits.maxCannotAssume', expected: 'a share from 0 to 1 (0.1 is a tenth)' },
    ],
    [
      'a factor below 1',
      withSection({ limits: { maxGrowth: 0.5 } }),
      { path: 'limits.maxGrowth', expected: 'a number, 1 or more' },
    ],
    [
      'an unknown mode',
      withDefaults({ rules: { mode: 'delet' } }),
      {
        value: 'delet',
        expected: 'one of "deactivate", "deactivate-then-delete", "delete"',
        nearest: 'delete',
      },
    ],
    [
      'an unknown kind of users',
      withDefaults({ rules: { users: 'humans' } }),
      { expected: 'one of "all", "with-console-access"' },
    ],
    [
      'a word for days without use',
      withDefaults({ rules: { maxKeyAgeDays: 9, maxUnusedDays: 'off' } }),
      {
        path: 'defaults.rules.maxUnusedDays',
        value: 'off',
        expected: 'a whole number of days from 1 to 3650, or false',
      },
    ],
    [
      'a misspelt setting',
      withDefaults({ rules: { maxKeyAge: 7 } }),
      {
        path: 'defaults.rules.maxKeyAge',
        value: 'maxKeyAge',
        expected: 'one of maxKeyAgeDays, maxUnusedDays, mode, deleteAfterDays, users',
        nearest: 'maxKeyAgeDays',
      },
    ],
    [
      'a misspelt setting in a list',
      withSection({ optOuts: [{ ...OPT_OUT, untill: 'x' }] }),
      { path: 'optOuts[0].untill', expected: 'one of account, owner, reason, until', nearest: 'until' },
    ],
    ['a misspelt section', withSection({ optouts: [] }), { path: 'optouts', nearest: 'optOuts' }],
    [
      'a boolean in quotes',
      withDefaults({ armed: 'true' }),
      { path: 'defaults.armed', expected: 'true or false' },
    ],
    [
      'a null',
      withDefaults({ groups: null }),
      { path: 'defaults.groups', value: null, expected: 'a list in brackets: [ … ]' },
    ],
    [
      'a list instead of an object',
      withSection({ scope: [] }),
      { path: 'scope', expected: 'settings in braces: { … }' },
    ],
    ['no defaults', {}, { path: 'defaults', value: undefined, expected: 'settings in braces: { … }' }],
    ['no groups', { defaults: {} }, { path: 'defaults.groups', value: undefined }],
    [
      'an empty list of groups',
      withDefaults({ groups: [] }),
      { path: 'defaults.groups', expected: 'at least one IAM group' },
    ],
    [
      'a group with its path',
      withDefaults({ groups: ['/people/Developers'] }),
      { path: 'defaults.groups[0]', value: '/people/Developers' },
    ],
    [
      'a pattern that no user name can have',
      withDefaults({ exempt: { users: ['break-glass-?'] } }),
      {
        path: 'defaults.exempt.users[0]',
        expected: expect.stringMatching(/^an IAM user name/) as string,
      },
    ],
    [
      'such a pattern as the name of an object',
      withDefaults({ exempt: { users: [{ name: 'break-glass-?' }] } }),
      {
        path: 'defaults.exempt.users[0].name',
        expected: expect.stringMatching(/^an IAM user name/) as string,
      },
    ],
    [
      'a day that does not exist as the end of an exemption',
      withDefaults({ exempt: { groups: [{ name: 'ServiceUsers', until: '2027-02-30' }] } }),
      { path: 'defaults.exempt.groups[0].until', expected: 'a calendar date as YYYY-MM-DD' },
    ],
    [
      'a misspelled field of an exemption',
      withDefaults({ exempt: { groups: [{ name: 'ServiceUsers', untl: '2027-02-28' }] } }),
      {
        path: 'defaults.exempt.groups[0].untl',
        expected: 'one of name, owner, reason, until, mayMatchNothing',
        nearest: 'until',
      },
    ],
    [
      'an exemption without a name',
      withDefaults({ exempt: { users: [{ owner: 'ops@example.com' }] } }),
      { path: 'defaults.exempt.users[0].name' },
    ],
    [
      'an exemption that is neither a name nor an object',
      withDefaults({ exempt: { groups: [7] } }),
      {
        path: 'defaults.exempt.groups[0]',
        expected: expect.stringMatching(/^the name of an IAM group.*, or an object/) as string,
      },
    ],
    [
      'a tag without value',
      withSection({ optOutTag: 'opt-out' }),
      { path: 'optOutTag', value: 'opt-out', expected: 'a tag as key=value in quotes, or false' },
    ],
    [
      'a tag that is true',
      withDefaults({ exempt: { userTag: true } }),
      { path: 'defaults.exempt.userTag', expected: 'a tag as key=value in quotes, or false' },
    ],
    [
      'an account ID without quotes',
      withSection({ optOuts: [{ ...OPT_OUT, account: 111122223333 }] }),
      { path: 'optOuts[0].account', value: 111122223333, expected: 'an AWS account ID: 12 digits in quotes' },
    ],
    [
      'an account id of 11 digits',
      withSection({ optOuts: [{ ...OPT_OUT, account: '11112222333' }] }),
      { path: 'optOuts[0].account', expected: 'an AWS account ID: 12 digits in quotes' },
    ],
    [
      'the name of an OU instead of its ID',
      withSection({ scope: { organizationalUnits: ['Sandbox'] } }),
      { path: 'scope.organizationalUnits[0]', value: 'Sandbox' },
    ],
    [
      'an opt-out without owner',
      withSection({ optOuts: [{ ...OPT_OUT, owner: undefined }] }),
      {
        path: 'optOuts[0].owner',
        value: undefined,
        expected: 'who is responsible for the opt-out: text of 1 to 256 characters',
      },
    ],
    [
      'an opt-out without reason',
      withSection({ optOuts: [{ ...OPT_OUT, reason: '' }] }),
      { path: 'optOuts[0].reason', value: '' },
    ],
    [
      'a date that does not exist',
      withSection({ optOuts: [{ ...OPT_OUT, until: '2027-02-29' }] }),
      { path: 'optOuts[0].until', expected: 'a calendar date as YYYY-MM-DD' },
    ],
    [
      'an unknown time zone',
      withSection({ schedule: { timezone: 'Europe/Berlinn' } }),
      {
        path: 'schedule.timezone',
        expected: 'an IANA time zone such as Europe/Berlin',
        nearest: 'Europe/Berlin',
      },
    ],
    [
      'an offset instead of a time zone',
      withSection({ schedule: { timezone: '+01:00' } }),
      { path: 'schedule.timezone' },
    ],
    [
      'a five-field cron line',
      withSection({ schedule: { expression: '55 23 * * 5' } }),
      { path: 'schedule.expression' },
    ],
    [
      'a cron expression that never fires',
      withSection({ schedule: { expression: 'cron(99 99 ? * XXX *)' } }),
      {
        path: 'schedule.expression',
        expected: expect.stringMatching(/^an EventBridge Scheduler expression: cron\(99 99/) as string,
      },
    ],
    [
      'a role path with an expression of Terraform',
      withSection({ rotationRole: { path: '/${x}/' } }),
      { path: 'rotationRole.path', expected: PATH },
    ],
    ['a blank owner', withSection({ optOuts: [{ ...OPT_OUT, owner: ' ' }] }), { path: 'optOuts[0].owner' }],
    [
      'a sender with an expression of Terraform',
      withSection({ notices: { mail: { from: '${x}@example.com', userTag: 'email' } } }),
      { path: 'notices.mail.from' },
    ],
    ...(
      [
        ['email', 'notamail', 'a mail address such as security@example.com'],
        ['https', 'http://example.com', 'a URL such as https://example.com/alarms'],
        ['sqs', 'foo', 'the ARN of a standard queue: arn:aws:sqs:…'],
        ['lambda', 'foo', 'the ARN of a function: arn:aws:lambda:…:function:…'],
      ] as const
    ).map(([protocol, endpoint, expected]): [string, unknown, Partial<Problem>] => [
      `${endpoint} for ${protocol}`,
      withDeployment({ notifications: [{ protocol, endpoint }] }),
      { path: 'deployment.notifications[0].endpoint', expected },
    ]),
    ...['*', 'role/*', 'role/**', 'role/?*', 'role/*/*', 'role/???*/?'].map(
      (name): [string, unknown, Partial<Problem>] => [
        `the operators ${name}, which are every role`,
        withDeployment({ operators: [name === '*' ? name : `arn:aws:iam::111122223333:${name}`] }),
        {
          path: 'deployment.operators[0]',
          expected: expect.stringMatching(/not every role.*anyone who can create a role.*such as/) as string,
        },
      ],
    ),
    [
      'the ARN of a role instead of its name',
      withSection({ rotationRole: { name: 'arn:aws:iam::111122223333:role/x' } }),
      { path: 'rotationRole.name' },
    ],
    [
      'a role path without slashes',
      withSection({ rotationRole: { path: 'security' } }),
      { path: 'rotationRole.path', expected: PATH },
    ],
    [
      'a short external ID',
      withSection({ rotationRole: { externalId: 'x' } }),
      { path: 'rotationRole.externalId' },
    ],
    ['something that is not an object', '[]', { path: '', value: [], expected: 'settings in braces: { … }' }],
    [
      'a syntax error',
      '{"defaults": {"groups" ["a"]}}',
      { path: '', line: 1, column: 24, expected: 'valid JSON: a colon' },
    ],
    [
      'a repeated name, which would lose a list of opt-outs',
      '{"defaults": {"groups": ["a"]},\n"optOuts": [],\n"optOuts": []}',
      { path: 'optOuts', line: 3, column: 1 },
    ],
  ])('refuses %s', (_what, config, problem) => {
    const problems = problemsOf(config);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject(problem);
  });

  it('lists all problems in the order of the file, contradictions included', () => {
    const text = `{
  "defaults": { "groups": ["Developers", "developers"], "armd": true },
  // the payments team
  "optOuts": [
    { "account": "1", "owner": "a", "reason": "b", "until": "soon" },
    { "account": "111122223333", "owner": "a", "reason": "b", "until": "2027-01-31" },
    { "account": "111122223333", "owner": "a", "reason": "b", "until": "2027-01-31" }
  ],
  "limits": { "maxKeys": 1, "maxKeys": 2 }
}`;
    expect(problemsOf(text).map(({ path, line, column }) => [path, line, column])).toEqual([
      ['defaults.groups[1]', 2, 42],
      ['defaults.armd', 2, 57],
      ['optOuts[0].account', 5, 7],
      ['optOuts[0].until', 5, 52],
      ['optOuts[2].account', 7, 7],
      ['limits.maxKeys', 9, 29],
    ]);
  });

  it('explains every problem with every setting in its own words', () => {
    const nonsense = [null, 1e9, -1, 0.5, 'x', [], [[]], [null], {}, { x: 1 }, '', ' '.repeat(3000), true];
    const configs = settingPaths(accountsJsonSchema()).flatMap((path) =>
      nonsense.map((value) => at(path, value)),
    );
    const words = configs.flatMap((config) => problemsOf(config)).map(({ expected = '' }) => expected);
    expect(words.length).toBeGreaterThan(configs.length);
    const zods = /invalid|too (small|big)|unrecognized|received|undefined/i;
    expect(words.filter((text) => text === '' || zods.test(text))).toEqual([]);
  });
});

type JsonSchema = ReturnType<typeof accountsJsonSchema>;

/** The paths of sections, settings and list items. */
function settingPaths(schema: JsonSchema, path: Step[] = []): Step[][] {
  const inner = Object.entries({
    ...schema.properties,
    ...(schema.items !== undefined && { 0: schema.items }),
  });
  return inner.flatMap(([name, below]) => {
    const here = [...path, schema.items === undefined ? name : 0];
    return [here, ...settingPaths(below as JsonSchema, here)];
  });
}

/** Objects and lists in which the value is at the path. */
function at(path: readonly Step[], value: unknown): unknown {
  return path.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
}

describe('loadConfig', () => {
  const folder = mkdtemp(join(tmpdir(), 'keysweep-config-'));

  it('reads a file', async () => {
    const file = join(await folder, 'good.json');
    await writeFile(file, '\uFEFF{ "defaults": { "groups": ["Developers"] } }');
    expect(await loadConfig(file)).toEqual(configWith());
  });

  it('starts the list of problems with the file name', async () => {
    const file = join(await folder, 'bad.json');
    await writeFile(file, '{}');
    await expect(loadConfig(file)).rejects.toThrow(`${file}: 1 problem`);
  });

  it('says what to do when the file does not exist', async () => {
    const loading = loadConfig(join(await folder, 'absent.json'));
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow(
      /absent\.json does not exist\. Write one with `keysweep init`, .* `keysweep demo`/,
    );
  });

  it('says that a file is empty', async () => {
    const file = join(await folder, 'empty.json');
    await writeFile(file, '');
    await expect(loadConfig(file)).rejects.toThrow(/empty\.json is empty\.$/);
  });

  it('says that a folder is not a file', async () => {
    const loading = loadConfig(await folder);
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow('is a folder. Name the file in it.');
  });

  it('says why a file cannot be read', async () => {
    const file = join(await folder, 'good.json', 'below-a-file');
    await expect(loadConfig(file)).rejects.toThrow('below-a-file cannot be read (ENOTDIR)');
  });

  it('refuses an encoding other than UTF-8', async () => {
    const file = join(await folder, 'utf16.json');
    await writeFile(file, Buffer.from('\uFEFF{ "defaults": {} }', 'utf16le'));
    await expect(loadConfig(file)).rejects.toThrow('utf16.json is not in UTF-8');
  });
});

it.each([
  ['europe/berlin', 'Europe/Berlin'],
  ['EUROPE/BERLIN', 'Europe/Berlin'],
  ['utc', 'UTC'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['America/New_York', 'America/New_York'],
])('normalises the time zone %s to the name of IANA: %s', (timezone, expected) => {
  const text = JSON.stringify({ defaults: { groups: ['Developers'] }, schedule: { timezone } });
  expect(parseConfig(text, 'accounts.json').schedule.timezone).toBe(expected);
});
