import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadDeployment } from '../../cdktf/load-deployment.ts';
import { renderAccountsLock } from '../../src/config/accounts-lock.ts';
import { ConfigError } from '../../src/config/errors.ts';
import { clockVariables } from '../clock/moves.ts';
import { lockOf } from '../support/deployable-config.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const CHECKED_OUT = ['cdktf', 'src', 'accounts.example.json', 'cdktf.json', 'package.json'];

/**
 * Preloaded into the app: fails on network connections, and prints peak memory and CPU time at the end (not
 * elapsed time: other tests run at the same time).
 */
const WATCH = `data:text/javascript,${encodeURIComponent(`
  import { Socket } from 'node:net';
  Socket.prototype.connect = () => { throw new Error('synth must not use the network'); };
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const used = { megabytes: maxRSS / 1024, seconds: (userCPUTime + systemCPUTime) / 1e6 };
    process.stderr.write('used ' + JSON.stringify(used));
  });
`)}`;

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let temporary: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keysweep synth '));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A fresh clone after `npm ci`, without the developer's files. */
function checkout(name: string, files: Readonly<Record<string, string>> = {}): string {
  const path = join(folder, name);
  for (const part of CHECKED_OUT) cpSync(join(REPOSITORY, part), join(path, part), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(path, 'node_modules'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

/** Runs `npm run synth` or another program of cdktf/, without credentials and network. */
function run(path: string, program = ['cdktf/main.ts'], environment: Readonly<Record<string, string>> = {}) {
  const { status, stderr } = spawnSync(process.execPath, ['--import', WATCH, '--import', 'tsx', ...program], {
    cwd: path,
    env: { PATH: process.env.PATH, TMPDIR: temporary, ...clockVariables(), ...environment },
    encoding: 'utf8',
  });
  const used = JSON.parse(/used (\{.*\})/.exec(stderr)?.[1] ?? '{}') as {
    megabytes: number;
    seconds: number;
  };
  return { status, stderr, ...used };
}

/** Every file in a folder, with its hash. */
function contents(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => [relative(path, file), hash(file)]),
  );
}

const example = JSON.parse(readFileSync(join(REPOSITORY, 'accounts.example.json'), 'utf8')) as {
  deployment: Record<string, unknown>;
};
const directAccounts = JSON.stringify({
  ...example,
  deployment: { ...example.deployment, memberRoles: 'direct' },
});

describe('npm run synth in a fresh clone', () => {
  it('writes every stack of the example quickly and reproducibly, and prints nothing under the CLI', () => {
    const first = checkout('first');
    const { status, stderr, seconds } = run(first);
    expect(stderr).toContain('accounts.example.json');
    expect(stderr).toContain('Wrote keysweep-ledger, keysweep-rotator, keysweep-member-roles to cdktf.out.');
    expect(status).toBe(0);
    expect(seconds).toBeLessThan(5);
    const written = contents(join(first, 'cdktf.out'));
    expect(Object.keys(written).filter((file) => file.endsWith('cdk.tf.json'))).toHaveLength(3);
    expect(readdirSync(temporary).filter((name) => name.startsWith('keysweep'))).toEqual([]);
    // Under the CLI, which shows stderr as errors, in another folder.
    const second = checkout('another place');
    const underCli = run(second, ['cdktf/main.ts'], { CDKTF_OUTDIR: join(second, 'cdktf.out') });
    expect(underCli.stderr).toMatch(/^used \{[^}]*\}$/);
    expect(contents(join(second, 'cdktf.out'))).toEqual(written);
  });
});

describe('npm run synth with words', () => {
  it('writes the modules, too, with the zip that they accept', () => {
    const path = checkout('modules');
    const { status, stderr } = run(path, ['cdktf/main.ts', '--modules', 'my modules']);
    expect(stderr).toContain('Wrote their modules to my modules.');
    expect(status).toBe(0);
    const modules = join(path, 'my modules');
    expect(readdirSync(modules).toSorted()).toEqual(['ledger', 'member-roles', 'rotator']);
    const zip = createHash('sha256').update(readFileSync(join(modules, 'rotator', 'keysweep.zip')));
    const accepted = JSON.stringify(JSON.stringify(zip.digest('base64'))).slice(1, -1);
    expect(readFileSync(join(modules, 'rotator', 'main.tf.json'), 'utf8')).toContain(`== ${accepted}}`);
  });

  it.each([[['--modules']], [['keysweep-ledger']]])(
    'refuses %s with exit code 2, and writes nothing',
    (words) => {
      const path = checkout(`refused ${words.join(' ')}`);
      const { status, stderr } = run(path, ['cdktf/main.ts', ...words]);
      expect(stderr).toContain('synth takes no other words than --modules FOLDER');
      expect(status).toBe(2);
      expect(existsSync(join(path, 'cdktf.out'))).toBe(false);
    },
  );
});

describe('a wrong accounts.json', () => {
  const problemsOf = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const path = mkdtempSync(join(folder, 'wrong '));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    const error: unknown = await loadDeployment(path).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  };

  it('ends npm run synth with exit code 2 and all problems, before anything is written', () => {
    const wrong = { ...example, defaults: { group: ['a'] }, limits: { maxKeys: 'few' } };
    const path = checkout('wrong', { 'accounts.json': JSON.stringify(wrong) });
    const { status, stderr } = run(path);
    expect(status).toBe(2);
    for (const problem of ['did you mean "groups"', 'limits.maxKeys']) expect(stderr).toContain(problem);
    expect(existsSync(join(path, 'cdktf.out'))).toBe(false);
  });

  it.each([
    ['without a deployment', { ...example, deployment: undefined }, ['deployment']],
    [
      'with a management account that a delegated administrator cannot reach',
      {
        ...example,
        scope: { managementAccount: true },
        deployment: { ...example.deployment, delegatedAdministrator: true },
      },
      ['scope.managementAccount'],
    ],
    [
      'with too many groups for a policy',
      {
        ...example,
        defaults: { groups: Array.from({ length: 120 }, (_, index) => `Developers-of-team-${index}`) },
      },
      ['defaults.groups', '10240'],
    ],
    [
      'with a queue and a function that cannot be subscribed from here',
      {
        ...example,
        notices: {
          topic: {
            subscribers: [
              { protocol: 'lambda', endpoint: 'arn:aws:lambda:eu-west-1:123456789012:function:on-call' },
            ],
          },
        },
        deployment: {
          ...example.deployment,
          notifications: [
            { protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-central-1:123456789012:ours' },
            { protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-central-1:999999999999:theirs' },
          ],
        },
      },
      [
        'deployment.notifications[1].endpoint',
        'notices.topic.subscribers[0].endpoint',
        'a queue or function in eu-central-1 of account 123456789012',
      ],
    ],
  ])('%s is rejected with all its problems', async (_, config, problems) => {
    const message = await problemsOf({ 'accounts.json': JSON.stringify(config) });
    for (const problem of problems) expect(message).toContain(problem);
  });

  it('with direct needs the reviewed list of the same organization', async () => {
    expect(await problemsOf({ 'accounts.json': directAccounts })).toContain('keysweep accounts --lock');
    const foreign = renderAccountsLock({ ...lockOf(1), organizationId: 'o-anotherone1' });
    expect(await problemsOf({ 'accounts.json': directAccounts, 'accounts.lock.json': foreign })).toContain(
      'accounts.lock.json organizationId',
    );
  });

  it('and a wrong list of accounts are reported together', async () => {
    const tooMany = { groups: Array.from({ length: 120 }, (_, index) => `Developers-of-team-${index}`) };
    const message = await problemsOf({
      'accounts.json': JSON.stringify({ ...(JSON.parse(directAccounts) as object), defaults: tooMany }),
      'accounts.lock.json': '{ "version": 2 }',
    });
    for (const problem of ['defaults.groups', 'accounts.lock.json version', 'accounts.lock.json accounts'])
      expect(message).toContain(problem);
  });
});

describe('npm run synth with an accounts.json', () => {
  it('uses it, and prints what 1,000 accounts in direct mode cost, within 5 s and 300 MB', () => {
    const path = checkout('thousand', {
      'accounts.json': JSON.stringify({
        ...example,
        deployment: { ...example.deployment, name: 'mine', memberRoles: 'direct' },
      }),
      'accounts.lock.json': renderAccountsLock(lockOf(1000)),
    });
    const { status, stderr, seconds, megabytes } = run(path);
    expect(status).toBe(0);
    expect(seconds).toBeLessThan(5);
    expect(megabytes).toBeLessThan(300);
    expect(stderr).toMatch(/1000 accounts through 100 stacks.*2 to 4 GB/);
    expect(stderr).not.toContain('accounts.example.json');
    const stacks = readdirSync(join(path, 'cdktf.out', 'stacks'));
    expect(stacks).toHaveLength(102);
    expect(stacks.filter((name) => !name.startsWith('mine-'))).toEqual([]);
  });
});

describe('npm run deploy and npm run destroy', () => {
  it.each([
    ['deploy', {}],
    ['destroy', { KEYSWEEP_CONFIG: 'accounts.example.json' }],
  ])('%s rejects the example (%j)', (action, named) => {
    const { status, stderr } = run(checkout(`example ${action}`), ['cdktf/deploy.ts', action], named);
    expect(status).toBe(2);
    expect(stderr).toContain('Copy accounts.example.json to accounts.json');
  });

  it('print the notes, then that Terraform cannot be started', () => {
    const mine = JSON.stringify({ ...example, schedule: { expression: 'rate(7 days)' } });
    const path = checkout('without terraform', { 'accounts.json': mine });
    const { status, stderr } = run(path, ['cdktf/deploy.ts', 'deploy'], { PATH: path });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^note: AWS does not say[^]*terraform could not be started .*ENOENT/);
  });

  /** A terraform that notes its calls, and fails for one stack. */
  const TERRAFORM = `#!/bin/sh
stack=$(basename "$PWD")
lock=$(cat .terraform.lock.hcl 2>/dev/null)
echo "$stack $(test -f cdk.tf.json && echo synthesised) $lock $*" >> "$CALLS"
test "$1" = init && echo checksums > .terraform.lock.hcl
test "$stack $1" != "$FAILS"
`;

  it.each([
    [
      '',
      0,
      [
        'ledger init',
        'ledger apply',
        'rotator init',
        'rotator apply',
        'member-roles init',
        'member-roles apply',
      ],
    ],
    ['keysweep-rotator apply', 1, ['ledger init', 'ledger apply', 'rotator init', 'rotator apply']],
    ['keysweep-ledger init', 1, ['ledger init']],
  ])('run Terraform, and nothing else, on each stack until one fails (%s)', (FAILS, status, calls) => {
    const path = checkout(`fails ${FAILS}`, { 'accounts.json': JSON.stringify(example) });
    const bin = join(path, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'terraform'), TERRAFORM, { mode: 0o755 });
    const environment = { PATH: `${bin}:/usr/bin:/bin`, CALLS: join(path, 'calls'), FAILS };
    const ended = run(path, ['cdktf/deploy.ts', 'deploy', '-auto-approve'], environment);
    expect(ended.status).toBe(status);
    const called = readFileSync(join(path, 'calls'), 'utf8').trimEnd().split('\n');
    expect(called).toEqual(
      calls.map((call, index) => {
        // The first stack gets the checksums of its provider from Terraform, the others from the first.
        const lock = index === 0 ? '' : 'checksums';
        const options = call.endsWith(' apply') ? ' -auto-approve' : '';
        return `keysweep-${call.replace(' ', ` synthesised ${lock} `)}${options}`;
      }),
    );
    expect(existsSync(join(path, '.terraform.lock.hcl'))).toBe(FAILS !== 'keysweep-ledger init');
  });

  it('do nothing for another action', () => {
    const { status, stderr } = run(checkout('neither'), ['cdktf/deploy.ts', 'diff']);
    expect(status).toBe(2);
    expect(stderr).toContain('Run npm run deploy or npm run destroy');
  });

  it('reject a wrong accounts.json with its problems', () => {
    const wrong = checkout('wrong deploy', { 'accounts.json': '{ "defaults": {} }' });
    const { status, stderr } = run(wrong, ['cdktf/deploy.ts', 'deploy']);
    expect(status).toBe(2);
    expect(stderr).toContain('defaults.groups');
  });
});
