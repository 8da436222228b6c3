import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { jsonDocument } from '../support/json-document.ts';
import { startKeysweep, type Ended } from '../support/keysweep-process.ts';
import { dateFromNow } from '../support/clock.ts';
import { typeCommand } from '../support/type-command.ts';
import { addRotationRole, ADA, EVERY_KEY } from '../support/sweeping.ts';
import { UNPRINTABLE } from './refusing.ts';

/**
 * Every character that IAM allows in names of users and groups:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
 */
const IN_IAM = [
  '=1+1',
  '+cmd',
  '@SUM',
  '-rf',
  '..',
  '-',
  '_',
  'a,b',
  'a=b',
  'o.o@x-y_z+=,.',
  '__proto__',
  'constructor',
  '0',
];

/** Organizations allows any printable ASCII in names of accounts. Here they contain more. */
const OF_ACCOUNTS = [
  '<img src=x onerror=alert(1)>',
  '"; rm -rf / #',
  "'$(reboot)`reboot`",
  '=HYPERLINK("http://x")',
  '%s %d {0} ${1}',
  '../../etc/passwd',
  'red\u001b[31m\u001b[2J\u0007',
  'one\r\ntwo\u0000\u0085\u2028three',
  'gnp.exe\u202etxt\u2066\u200f',
  'half \ud800 of a pair',
  '日本語 عربى 🔑',
];

const OWN = { AWS_SECRET_ACCESS_KEY: 'CanarySecretOfTheCaller', AWS_SESSION_TOKEN: 'CanaryTokenOfTheCaller' };
const SECRETS = [...Object.values(OWN), 'SandboxSecretAccessKey/', 'SandboxSessionToken/'];

describe('names and secrets, through every command', { timeout: 120_000 }, () => {
  let folder: string;
  let sandbox: Sandbox;
  const heard = new Map<string, Ended>();
  const files = new Map<string, string>();

  beforeAll(async () => {
    const organization = new SandboxOrganization();
    for (const [index, name] of OF_ACCOUNTS.entries()) {
      const account = organization.addAccount({ name });
      addRotationRole(organization, account.id);
      for (const userName of index === 0 ? IN_IAM : ['ada'])
        organization.addUser({ ...ADA, account, userName, groups: ['Developers', '=a,b@c+d.e_-'] });
    }
    sandbox = await startSandbox({ organization });
    folder = await mkdtemp(join(tmpdir(), 'keysweep-names-'));
    const environment = {
      ...sandbox.environment(),
      ...OWN,
      KEYSWEEP_CONFIG: join(folder, 'accounts.json'),
      KEYSWEEP_LEDGER: join(folder, 'ledger'),
    };
    const type = (words: readonly string[]) => typeCommand(words, environment);
    const config = {
      ...EVERY_KEY,
      defaults: { ...EVERY_KEY.defaults, groups: ['Developers', '=a,b@c+d.e_-'] },
      limits: { maxKeys: 1000 },
      optOuts: [
        {
          account: '100000000010',
          owner: '=1+1\u001b[31m',
          reason: 'two\nlines \u202e',
          until: dateFromNow(400),
        },
      ],
    };
    await writeFile(join(folder, 'accounts.json'), JSON.stringify(config));
    const plan = join(folder, 'plan.json');
    const lock = join(folder, 'accounts.lock.json');
    for (const line of [
      'accounts --json',
      `accounts --lock ${lock}`,
      'plan --all',
      `plan --json --out ${plan}`,
      `apply ${plan} --yes --all`,
      'sweep --apply --yes',
      'complete -- show ',
      'complete -- plan --account ',
      'show --all',
      'show --json',
    ])
      heard.set(line, await type(line.split(' ')));
    const applied = (await readdir(join(folder, 'ledger', 'runs'))).sort().at(-2) ?? '';
    for (const line of [
      `undo ${applied}`,
      `undo ${applied} --json`,
      `undo ${applied} --apply --user =1+1 --reason =1+1`,
      'holds',
      'holds --json',
      `report ${applied} --csv ${join(folder, 'report.csv')}`,
      `report ${applied} --html ${join(folder, 'report.html')}`,
      `report ${applied} --json`,
      'doctor --all',
      'doctor --json',
      'runs',
      'runs --json',
      `diff ${applied} last --all`,
      `diff ${applied} last --json`,
      'completion bash',
    ])
      heard.set(line, await type(line.split(' ')));
    const { holds } = jsonDocument('holds', heard.get('holds --json')?.stdout ?? '');
    const held = holds[0]?.accessKeyId ?? '';
    heard.set('holds --lift', await type(['holds', '--lift', held, '--reason', 'test']));
    heard.set('plan, refused', await type(['plan', '--account', '=\u001b[2J']));
    const faults = ['denied', 'garbled', 'expired-token'] as const;
    for (const [index, kind] of faults.entries())
      sandbox.faults.add({ service: 'iam', account: `10000000000${index + 1}`, occurrence: 'every', kind });
    sandbox.faults.add({ service: 'sts', account: '100000000004', occurrence: 'every', kind: 'denied' });
    heard.set('doctor, refused', await type(['doctor', '--all']));
    heard.set('doctor --json, refused', await type(['doctor', '--json']));
    heard.set('demo', await type(['demo', '--keep', join(folder, 'tour')]));
    for (const name of await readdir(folder, { recursive: true, withFileTypes: true }))
      if (name.isFile())
        files.set(join(name.parentPath, name.name), await readFile(join(name.parentPath, name.name), 'utf8'));
  }, 120_000);
  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  it('every command succeeded', () => {
    const refused = new Map([
      ['plan, refused', 2],
      ['doctor, refused', 1],
      ['doctor --json, refused', 1],
    ]);
    const ends = [...heard].map(
      ([line, { code, stderr }]) => [line, code, code === 1 ? stderr : ''] as const,
    );
    expect(ends.filter(([line, code]) => code !== (refused.get(line) ?? 0))).toEqual([]);
    expect(files.size).toBeGreaterThan(20);
  });

  it('no output moves the cursor, colors a line or reverses it', () => {
    for (const [line, { stdout, stderr }] of heard) {
      // For a shell, a tab separates a word from its description.
      const shown = line.startsWith('complete ') ? stdout.replaceAll(/^(\S+)\t/gm, '$1 ') : stdout;
      expect(`${shown}\n${stderr}`, line).not.toMatch(UNPRINTABLE);
    }
    expect(heard.get('complete -- plan --account ')?.stdout).toMatch(/^100000000009\tgnp\.exe txt *$/m);
  });

  it('every name is on one line, complete except for unprintable characters', () => {
    const { stdout = '' } = heard.get('plan --all') ?? {};
    for (const userName of IN_IAM)
      expect(stdout).toMatch(new RegExp(`^  100000000001 .* ${escaped(userName)} +AKIA`, 'm'));
    expect(stdout).toContain('one two three');
    expect(stdout).toContain('日本語 عربى 🔑');
  });

  it('documents contain every name as AWS has it', () => {
    const { accounts } = jsonDocument('run', heard.get('show --json')?.stdout ?? '');
    // Half of a surrogate pair does not survive the transport.
    const whole = OF_ACCOUNTS.filter(
      (name) => !name.includes('\ud800') && !name.includes('\u0000') && !name.includes('\u001b'),
    );
    expect(accounts.map(({ accountName }) => accountName)).toEqual(expect.arrayContaining(whole));
  });

  it('documents match docs/json.md', () => {
    const documents = [...heard].filter(([line]) => line.includes('--json'));
    const others = ['accounts', 'undo', 'holds', 'doctor', 'runs', 'diff'] as const;
    for (const [line, { stdout }] of documents)
      jsonDocument(others.find((name) => line.startsWith(name)) ?? 'run', stdout);
    expect(documents.length).toBeGreaterThan(9);
  });

  it('no name becomes part of a path or an object key', () => {
    const keys = [...files.keys()]
      .map((path) => path.slice(folder.length + 1))
      .filter((path) => path.startsWith('ledger'));
    const ofRun = /runs\/\d{8}T\d{6}Z-[0-9a-f]{6}\/[\w./-]+\.(json|jsonl|html)/;
    const allowed = new RegExp(`^ledger/(accounts/\\d{12}\\.json|locks/\\d{8}\\.json|${ofRun.source})$`);
    for (const key of keys) expect(key).toMatch(allowed);
  });

  it('no name is markup in a report', () => {
    const pages = [...files].filter(([path]) => path.endsWith('.html'));
    expect(pages.length).toBeGreaterThan(3);
    for (const [path, page] of pages) {
      expect(page, path).not.toContain('<img src=x');
      // Browsers obey characters that reverse a line, too.
      expect(page, path).not.toMatch(/\u202e|\u2066|\u0000|\u001b/);
    }
    expect(files.get(join(folder, 'report.html'))).toContain('&lt;img src=x onerror=alert(1)');
  });

  it('no name is a formula in a CSV file', () => {
    const table = files.get(join(folder, 'report.csv')) ?? '';
    expect(table).toContain('HYPERLINK');
    expect(table).not.toMatch(/(^|,)"?[=+@\t\r-](?!\d)/m);
  });

  it('no output and no file contains a secret', () => {
    const everything = [
      ...files,
      ...[...heard].map(([line, said]) => [line, said.stdout + said.stderr] as const),
    ];
    const leaking = everything.filter(([, text]) => SECRETS.some((secret) => text.includes(secret)));
    expect(leaking.map(([name]) => name)).toEqual([]);
  });

  it('the sandbox prints its own credentials and not those of the operator', async () => {
    const { child, ended } = startKeysweep(['sandbox', '--port', '0', '--accounts', '1', '--json'], OWN);
    await once(child.stderr!, 'data');
    child.kill();
    const { stdout } = await ended;
    expect(jsonDocument('sandbox', stdout).environment).toHaveProperty('AWS_ACCESS_KEY_ID');
    expect(Object.values(OWN).filter((secret) => stdout.includes(secret))).toEqual([]);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
}
