import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { bundledSource } from '../../cdktf/bundle.ts';
import { BUNDLE_FILE } from '../../cdktf/lambda-zip.ts';
import { ROOT } from '../../scripts/bundle.js';
import { assembleRelease } from '../../scripts/release/assemble.ts';
import { installKeysweep, type InstalledKeysweep } from '../../scripts/install-package.ts';
import { processorTimes } from '../../scripts/processor-time.ts';
import { VERSION } from '../../src/config/version.ts';
import { linksOf } from '../docs/links.ts';
import { startProgram, type Ended } from '../support/keysweep-process.ts';
import {
  CAN_MOUNT,
  clockInImage,
  inImage,
  makeImageRoot,
  readDockerfile,
  type LastImage,
} from './image-root.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

let installed: InstalledKeysweep;
let folder: string;
let release: string;
let root: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-no-clone-'));
  release = join(folder, 'release');
  await assembleRelease(release, VERSION, 'Notes.');
  installed = await installKeysweep(join(release, `keysweep-${VERSION}.tgz`));
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
    const sources = /^(src|test|cdktf|bench|scripts|sandbox|\.github|\.dependency-cruiser\.js)(\/|$)/;
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

describe('a release', () => {
  const names = ['keysweep', 'keysweep-deploy'].flatMap((name) =>
    ['cdx.json', 'tgz'].map((end) => `${name}-${VERSION}.${end}`),
  );

  it('has both packages, their bills of materials, notes, and a checksum of each', async () => {
    expect((await readdir(release)).sort()).toEqual(['SHA256SUMS', ...names, 'notes.md'].sort());
    const { stdout } = await promisify(execFile)('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: release,
    });
    expect(stdout.trim().split('\n').sort()).toEqual(
      [...names, 'notes.md'].map((name) => `${name}: OK`).sort(),
    );
  });

  it('lists exactly the packages that are in keysweep', async () => {
    const { metadata, components } = await bill('keysweep');
    expect(metadata.component).toMatchObject({ name: 'keysweep', version: VERSION });
    expect(namesOf(components)).toEqual((await bundledPackages(join(root, 'dist', 'cli'))).sort());
    const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
    const locked = Object.entries(packages).map(([path, { version }]) => `${nameAt(path)}@${version ?? ''}`);
    expect(components.map(fullName).filter((each) => !locked.includes(each))).toEqual([]);
  });

  it('lists what is in keysweep-deploy, and what is installed with it', async () => {
    const { metadata, components } = await bill('keysweep-deploy');
    expect(metadata.component).toMatchObject({ name: 'keysweep-deploy', version: VERSION });
    const bundled = await bundledPackages(join(ROOT, 'dist', 'deploy'));
    // cdktf and the provider bring packages in their own folders, some of them with known defects.
    const installedWith = ['@cdktf/provider-aws', 'cdktf', 'constructs', 'archiver', 'semver'];
    const listed = namesOf(components);
    expect([...bundled, ...installedWith].filter((name) => !listed.includes(name))).toEqual([]);
    expect(listed).toContain('keysweep');
    expect(listed.filter((name) => /^(vitest|esbuild|typescript|eslint)$/.test(name))).toEqual([]);
  });

  async function bill(name: string): Promise<Bill> {
    return JSON.parse(await readFile(join(release, `${name}-${VERSION}.cdx.json`), 'utf8')) as Bill;
  }
});

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
}
interface Bill {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}
const nameAt = (path: string) => path.split('node_modules/').at(-1) ?? '';
const nameOf = ({ group, name }: Component) => (group === undefined ? name : `${group}/${name}`);
const fullName = (component: Component) => `${nameOf(component)}@${component.version}`;
const namesOf = (components: readonly Component[]) => [...new Set(components.map(nameOf))].sort();

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

describe.skipIf(!CAN_MOUNT)('in the root file system of the image', () => {
  let image: LastImage;
  let place: string;
  beforeAll(async () => {
    image = await readDockerfile();
    place = await mkdtemp(join(tmpdir(), 'keysweep-image-'));
    await makeImageRoot(image, root, place);
  });
  afterAll(() => rm(place, { recursive: true }));

  function inside(line: string, environment = {}, writableTmp = false): Promise<Ended> {
    const [program = '', ...options] = inImage(image, place, writableTmp);
    const variables = { ...clockInImage(), ...environment };
    return startProgram(program, [...options, ...line.split(' ')], variables, folder).ended;
  }

  it('is nobody who could change it', () => {
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('writes nothing outside of /tmp and the ledger', async () => {
    expect(await inside('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
    expect((await inside('demo', {}, true)).stdout).toContain('That was all.');
  });

  it('plans, sweeps and reports with the ledger in S3', async () => {
    const config = join(place, image.workingFolder, 'accounts.json');
    const served = startProgram(
      installed.program,
      `sandbox --json --no-troubles --accounts 4 --port 0 --write-config ${config}`.split(' '),
      {},
      folder,
    );
    try {
      const environment = await servedAt(served.child);
      await createBucket(environment);
      const s3 = `--config ${image.workingFolder}/accounts.json --ledger s3://keysweep-ledger/image`;
      for (const command of [`plan ${s3}`, `sweep --apply --yes ${s3}`, `report --csv - ${s3}`])
        expect(await inside(command, environment), command).toMatchObject({ code: 0 });
    } finally {
      served.child.kill('SIGINT');
      await served.ended;
    }
  });
});

async function createBucket(environment: Record<string, string>): Promise<void> {
  const {
    AWS_ENDPOINT_URL: endpoint = '',
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
  } = environment;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'keysweep-ledger' }));
}

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
    const lock = await lockedPackages(join(ROOT, 'dist', 'deploy', 'npm-shrinkwrap.json'));
    const ours = await lockedPackages(join(ROOT, 'package-lock.json'));
    for (const name of Object.keys(dependencies ?? {})) {
      const { version, integrity } = ours[`node_modules/${name}`] ?? {};
      expect(integrity).toMatch(/^sha512-/);
      expect(lock[`node_modules/${name}`]).toMatchObject({ version, integrity });
    }
    const packed = await readFile(join(ROOT, 'dist', 'deploy', BUNDLE_FILE));
    expect(packed.equals(await bundledSource())).toBe(true);
  });

  it('beside keysweep, writes the stacks and runs Terraform on them', async () => {
    await cp(join(ROOT, 'dist', 'deploy'), deploy(), { recursive: true });
    for (const name of ['cdktf', 'constructs', '@cdktf/provider-aws']) await link(name);
    const synth = await keysweep(`synth --config ${example} --modules modules`);
    expect(synth).toMatchObject({ code: 0 });
    expect(synth.stderr).toContain('Wrote keysweep-ledger, keysweep-rotator, keysweep-member');
    expect(synth.stderr).toContain('Wrote their modules to modules.');
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

async function lockedPackages(
  file: string,
): Promise<Record<string, { version?: string; integrity?: string }>> {
  const { packages } = JSON.parse(await readFile(file, 'utf8')) as {
    packages: Record<string, { version?: string; integrity?: string }>;
  };
  return packages;
}

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
