import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { bundledSource } from '../../cdktf/bundle.ts';
import { BUNDLE_FILE } from '../../cdktf/lambda-zip.ts';
import { ROOT } from '../../scripts/bundle.js';
import { installKeysweep, type InstalledKeysweep } from '../../scripts/install-package.ts';
import { processorTimes } from '../../scripts/processor-time.ts';
import { linksOf } from '../docs/links.ts';
import { startProgram, type Ended } from '../support/keysweep-process.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

let installed: InstalledKeysweep;
let folder: string;
let root: string;
beforeAll(async () => {
  installed = await installKeysweep();
  folder = await mkdtemp(join(tmpdir(), 'keysweep-no-clone-'));
  root = join(installed.modules, 'keysweep');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await installed[Symbol.asyncDispose]();
});

function keysweep(line: string, environment: Record<string, string> = {}): Promise<Ended> {
  return startProgram(installed.program, line.split(' '), environment, folder).ended;
}

describe('the package', () => {
  it('contains the program, its documents and nothing else', async () => {
    const names = await readdir(root, { recursive: true });
    const wanted = [
      /^(bin|dist|docs|schemas|dist\/cli|bin\/keysweep\.js|dist\/THIRD-PARTY-LICENSES)$/,
      /^(docs|schemas)\/|^dist\/cli\/[\w-]+\.js$/,
    ];
    const top = ['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'];
    const files = [...top, 'accounts.example.json', 'accounts.schema.json', 'package.json'];
    expect(names.filter((name) => !files.includes(name) && !wanted.some((each) => each.test(name)))).toEqual(
      [],
    );
    expect(files.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('needs no other package and takes less than 40 MB', async () => {
    expect(await readdir(installed.modules)).toEqual(['keysweep']);
    expect(installed.bytes).toBeGreaterThan(1_000_000);
    expect(installed.bytes).toBeLessThan(40_000_000);
  });

  it('has everything that its README links to', async () => {
    const links = linksOf({ path: 'README.md', text: await readFile(join(root, 'README.md'), 'utf8') });
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter(({ path }) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('lacks of what its other pages link to only sources', async () => {
    const pages = (await readdir(root, { recursive: true })).filter((name) => /^docs.*\.md$/.test(name));
    const texts = await Promise.all(
      pages.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
    );
    const missing = texts.flatMap(linksOf).filter(({ path }) => !existsSync(join(root, path)));
    const sources = /^(src|test|cdktf|bench|scripts|sandbox|\.dependency-cruiser\.js)(\/|$)/;
    expect(missing.filter(({ path }) => !sources.test(path))).toEqual([]);
  });

  it('names the licence of every package that is in the program', async () => {
    const licences = await readFile(join(root, 'dist', 'THIRD-PARTY-LICENSES'), 'utf8');
    const bundled = await bundledPackages(join(root, 'dist', 'cli'));
    expect(bundled.length).toBeGreaterThan(30);
    expect(bundled.filter((name) => !new RegExp(`^${name} \\d.* \\(`, 'm').test(licences))).toEqual([]);
  });
});

/** esbuild names the file above the code of each module. */
async function bundledPackages(place: string): Promise<string[]> {
  const files = await Promise.all((await readdir(place)).map((name) => readFile(join(place, name), 'utf8')));
  const paths = files.flatMap((text) => [...text.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)/gm)]);
  return [...new Set(paths.map(([, name = '']) => name))];
}

describe('installed, without a clone', () => {
  it('plays the demo', async () => {
    const { code, stdout } = await keysweep('demo --keep demo');
    expect({ code, kept: (await readdir(join(folder, 'demo'))).sort() }).toEqual({
      code: 0,
      kept: ['accounts.json', 'ledger'],
    });
    expect(stdout).toContain('That was all.');
  });

  it('writes a first accounts.json, and completion for a shell', async () => {
    expect(await keysweep('init --groups Developers')).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'accounts.json'))).toBe(true);
    expect(await keysweep('completion bash')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('complete -o') as string,
    });
  });

  it('examines, plans and reports an organization of its own sandbox', async () => {
    const served = startProgram(
      installed.program,
      'sandbox --json --no-troubles --accounts 4 --port 0 --write-config sandbox.json'.split(' '),
      {},
      folder,
    );
    try {
      const environment = await servedAt(served.child);
      expect(await keysweep('doctor --config sandbox.json', environment)).toMatchObject({ stderr: '' });
      expect(await keysweep('plan --config sandbox.json', environment)).toMatchObject({ code: 0 });
      expect(await keysweep('report --html page.html --csv keys.csv')).toMatchObject({ code: 0 });
      expect(await readFile(join(folder, 'page.html'), 'utf8')).toContain('</html>');
      for (const command of ['runs', 'show', 'verify', 'holds', 'accounts --config sandbox.json'])
        expect(await keysweep(command, environment), command).toMatchObject({ code: 0 });
    } finally {
      served.child.kill('SIGINT');
      await served.ended;
    }
  });
});

function servedAt(child: { readonly stdout: NodeJS.ReadableStream | null }): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.endsWith('}\n'))
        resolve((JSON.parse(text) as { environment: Record<string, string> }).environment);
    });
  });
}

describe('keysweep-deploy', () => {
  const deploy = () => join(installed.modules, 'keysweep-deploy');
  const example = join(ROOT, 'accounts.example.json');

  it.each(['synth', 'deploy', 'destroy'])('is named by keysweep %s if it is missing', async (command) => {
    const { code, stderr } = await keysweep(command);
    expect(code).toBe(2);
    expect(stderr).toContain(`keysweep ${command} needs the package keysweep-deploy`);
  });

  it('is refused in another version', async () => {
    await mkdir(deploy());
    await writeFile(join(deploy(), 'package.json'), '{ "type": "module", "exports": "./installed.js" }');
    await writeFile(join(deploy(), 'installed.js'), "export const version = '9.9.9';");
    const { code, stderr } = await keysweep('synth');
    await rm(deploy(), { recursive: true });
    expect(code).toBe(2);
    expect(stderr).toContain('keysweep-deploy 9.9.9 does not fit keysweep');
  });

  it('pins what it installs as the clone does, and writes the same Lambda', async () => {
    const { dependencies } = await manifest(join(ROOT, 'dist', 'deploy'));
    const { devDependencies } = await manifest(ROOT);
    expect(devDependencies).toMatchObject(dependencies ?? {});
    expect(Object.keys(dependencies ?? {})).toEqual(['@cdktf/provider-aws', 'cdktf', 'constructs']);
    const packed = await readFile(join(ROOT, 'dist', 'deploy', BUNDLE_FILE));
    expect(packed.equals(await bundledSource())).toBe(true);
  });

  it('beside keysweep, writes the stacks and runs Terraform on them', async () => {
    await cp(join(ROOT, 'dist', 'deploy'), deploy(), { recursive: true });
    for (const name of ['cdktf', 'constructs', '@cdktf/provider-aws']) await link(name);
    expect(await keysweep(`synth --config ${example}`)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Wrote keysweep-ledger, keysweep-rotator, keysweep-member') as string,
    });
    await writeFile(join(folder, 'terraform'), '#!/bin/sh\necho "$(basename "$PWD") $*"\n', { mode: 0o755 });
    const environment = { TERRAFORM_BINARY_NAME: join(folder, 'terraform') };
    const line = `deploy --config ${example} keysweep-ledger -- -auto-approve`;
    expect(await keysweep(line, environment)).toMatchObject({
      code: 0,
      stdout: 'keysweep-ledger init\nkeysweep-ledger apply -auto-approve\n',
    });
    expect((await keysweep(`destroy --config ${example}`, environment)).stdout).not.toContain(
      'ledger destroy',
    );
    expect((await keysweep(`destroy --with-ledger --config ${example}`, environment)).stdout).toContain(
      'keysweep-ledger destroy',
    );
  });

  async function link(name: string): Promise<void> {
    const at = join(installed.modules, name);
    await mkdir(dirname(at), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), at);
  }
});

async function manifest(place: string): Promise<Record<string, Record<string, string> | undefined>> {
  return JSON.parse(await readFile(join(place, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
}

describe('the start', () => {
  // Three times the goal: CI may be slow, and tests run beside it.
  it.each([
    ['--version', 360],
    ['--help', 600],
  ])('of keysweep %s takes less than %i ms of processor time', (option, most) => {
    expect(processorTimes([installed.program, option], 5)[2]).toBeLessThan(most);
  });

  it('of --help loads neither the SDK nor the schemas', async () => {
    const texts = await Promise.all(
      (await importedAtOnce('cli.js')).map((name) => readFile(dist(name), 'utf8')),
    );
    const packages = texts.flatMap((text) => [...text.matchAll(/^\/\/ .*node_modules\/([^/\n]+)/gm)]);
    const names = new Set(packages.map(([, name]) => name));
    expect(names).toContain('commander');
    expect([...names].filter((name) => /^(@aws-sdk|@smithy|zod|croner)$/.test(name ?? ''))).toEqual([]);
  });

  const dist = (name: string) => join(root, 'dist', 'cli', name);

  async function importedAtOnce(name: string, seen = new Set<string>()): Promise<string[]> {
    if (seen.has(name)) return [...seen];
    seen.add(name);
    const imports = (await readFile(dist(name), 'utf8')).matchAll(
      /^(?:import|\} from) .*?"\.\/([\w-]+\.js)";$/gm,
    );
    for (const [, next = ''] of imports) await importedAtOnce(next, seen);
    return [...seen];
  }
});
