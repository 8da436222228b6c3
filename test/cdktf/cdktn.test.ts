import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderAccountsLock } from '../../src/config/accounts-lock.ts';
import { clockVariables } from '../clock/moves.ts';
import { installCdktn } from './cdktn/install-cdktn.ts';
import { lockOf } from '../support/deployable-config.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const REPOSITORY = join(import.meta.dirname, '..', '..');
const SOURCES = ['cdktf', 'src', 'package.json', 'cdktf.json'];

interface Synthesised {
  readonly versions: Set<unknown>;
  readonly provider: Set<unknown>;
  /** The stacks by name, without names of library and provider. */
  readonly stacks: Record<string, unknown>;
}

const CASES = [
  ['stackset', false],
  ['stackset', true],
  ['direct', false],
  ['direct', true],
] as const;

/**
 * Runs `npm run synth` for several configurations in one process, because the libraries load slowly.
 */
const SYNTHESISE = `
  for (const [config, folder] of JSON.parse(process.argv.at(-1))) {
    Object.assign(process.env, { KEYSWEEP_CONFIG: config, CDKTF_OUTDIR: folder });
    await import('./cdktf/main.ts?' + encodeURIComponent(folder));
  }
`;

const folder = await installCdktn();

describe.skipIf(folder === undefined)('cdktn, the maintained successor of cdktf', () => {
  let output: string;
  let ours: readonly Synthesised[];
  let theirs: readonly Synthesised[];
  beforeAll(() => {
    output = mkdtempSync(join(tmpdir(), 'keysweep-cdktn-'));
    const checkout = join(folder ?? '', 'checkout');
    rmSync(checkout, { recursive: true, force: true });
    mkdirSync(checkout, { recursive: true });
    for (const part of SOURCES) cpSync(join(REPOSITORY, part), join(checkout, part), { recursive: true });
    const configs = CASES.map(([memberRoles, everything]) => accountsJson(output, memberRoles, everything));
    [ours = [], theirs = []] = [REPOSITORY, checkout].map((root) => synthesised(root, configs, output));
  });
  afterAll(() => rmSync(output, { recursive: true }));

  it.each(CASES.map((of, index) => [...of, index] as const))(
    'writes the same stacks (%s, everything on: %s)',
    (_, __, index) => {
      const [one, other] = [ours[index], theirs[index]];
      expect(other?.stacks).toEqual(one?.stacks);
      expect(Object.keys(one?.stacks ?? {})).toHaveLength(3);
      expect([one?.versions, other?.versions]).toEqual([new Set(['0.21.0']), new Set(['0.24.0'])]);
      expect([one?.provider, other?.provider]).toEqual([
        new Set(['aws 6.25.0']),
        new Set(['hashicorp/aws 6.66.0']),
      ]);
    },
  );
});

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555';

/** Settings that change resources and arguments of the example. */
const EVERYTHING = {
  engine: 'step-functions',
  kmsKeyArn: KEY,
  permissionsBoundary: 'boundaries/Keysweep',
  flexibleWindowMinutes: 15,
  ledger: { deleteOnDestroy: true },
  notifications: [{ protocol: 'email', endpoint: 'security@example.com' }],
  state: { bucket: 'terraform-state', region: 'eu-central-1', kmsKeyArn: KEY },
  tags: { team: 'security' },
};

/** The example in one mode, with everything on or not, and its lock file. */
function accountsJson(output: string, memberRoles: string, everything: boolean): string {
  const folder = mkdtempSync(join(output, 'config-'));
  const example = JSON.parse(readFileSync(join(REPOSITORY, 'accounts.example.json'), 'utf8')) as {
    deployment: object;
  };
  const path = join(folder, 'accounts.json');
  const config = {
    ...example,
    ...(everything && {
      notices: { topic: { subscribers: [{ protocol: 'email', endpoint: 'people@example.com' }] } },
    }),
    deployment: { ...example.deployment, memberRoles, ...(everything && EVERYTHING) },
  };
  writeFileSync(path, JSON.stringify(config));
  writeFileSync(join(folder, 'accounts.lock.json'), renderAccountsLock(lockOf(3)));
  return path;
}

function synthesised(root: string, configs: readonly string[], output: string): Synthesised[] {
  const each = configs.map((config) => [config, mkdtempSync(join(output, 'out-'))] as const);
  const args = ['--import', 'tsx', '--input-type=module', '-e', SYNTHESISE, JSON.stringify(each)];
  execFileSync(process.execPath, args, { cwd: root, env: { PATH: process.env.PATH, ...clockVariables() } });
  return each.map(([, outdir]) => readStacks(outdir));
}

function readStacks(outdir: string): Synthesised {
  const stacks = readdirSync(join(outdir, 'stacks')).map((name) => ({
    name,
    ...parts(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')),
  }));
  return {
    versions: new Set(stacks.map(({ version }) => version)),
    provider: new Set(stacks.map(({ provider }) => provider)),
    stacks: Object.fromEntries(stacks.map(({ name, rest }) => [name, rest])),
  };
}

function parts(text: string) {
  interface Stack {
    readonly '//': { readonly metadata: { readonly version: string } };
    readonly terraform: {
      readonly required_providers: { readonly aws: { source: string; version: string } };
    };
  }
  const stack = JSON.parse(text) as Stack;
  const {
    '//': {
      metadata: { version, ...metadata },
    },
    terraform: { required_providers: providers, ...terraform },
    ...resources
  } = stack;
  return {
    version,
    provider: `${providers.aws.source} ${providers.aws.version}`,
    rest: { metadata, terraform, resources },
  };
}
