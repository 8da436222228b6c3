import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderAccountsLock } from '../../src/config/accounts-lock.ts';
import { installCdktn } from './cdktn/install-cdktn.ts';
import { lockOf } from './deployable-config.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const REPOSITORY = join(import.meta.dirname, '..', '..');
const SOURCES = ['cdktf', 'src', 'package.json', 'cdktf.json'];

interface Synthesised {
  /** Which library wrote it. */
  readonly versions: Set<unknown>;
  readonly provider: Set<unknown>;
  /** The stacks by name, without what names library and provider. */
  readonly stacks: Record<string, unknown>;
}

const folder = installCdktn();

describe.skipIf(folder === undefined)('cdktn, the maintained successor of cdktf', () => {
  const checkout = join(folder ?? '', 'checkout');
  let output: string;
  beforeAll(() => {
    output = mkdtempSync(join(tmpdir(), 'keysweep-cdktn-'));
    rmSync(checkout, { recursive: true, force: true });
    mkdirSync(checkout, { recursive: true });
    for (const part of SOURCES) cpSync(join(REPOSITORY, part), join(checkout, part), { recursive: true });
  });
  afterAll(() => rmSync(output, { recursive: true }));

  it.each([
    ['stackset', false],
    ['stackset', true],
    ['direct', false],
    ['direct', true],
  ])('writes the same stacks from the same source (%s, everything on: %s)', (memberRoles, everything) => {
    const config = accountsJson(output, memberRoles, everything);
    const [ours, theirs] = [REPOSITORY, checkout].map((root) =>
      synthesised(root, config, mkdtempSync(join(output, 'out-'))),
    );
    expect(theirs?.stacks).toEqual(ours?.stacks);
    expect(Object.keys(ours?.stacks ?? {})).toHaveLength(3);
    expect([ours?.versions, theirs?.versions]).toEqual([new Set(['0.21.0']), new Set(['0.24.0'])]);
    expect([ours?.provider, theirs?.provider]).toEqual([
      new Set(['aws 6.25.0']),
      new Set(['hashicorp/aws 6.66.0']),
    ]);
  });
});

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555';

/** What makes other resources and arguments than the example does. */
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

/** The example in one mode, with everything on or not, and the lock file that it may need. */
function accountsJson(folder: string, memberRoles: string, everything: boolean): string {
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

function synthesised(root: string, config: string, outdir: string): Synthesised {
  execFileSync(process.execPath, ['--import', 'tsx', 'cdktf/main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, KEYSWEEP_CONFIG: config, CDKTF_OUTDIR: outdir },
  });
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
