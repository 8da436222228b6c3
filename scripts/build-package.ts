import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Metafile } from 'esbuild';

import { describedSource } from '../cdktf/bundle.ts';
import { BUNDLE_FILE } from '../cdktf/lambda-zip.ts';
import { bundle, ROOT } from './bundle.js';
import { packageMetafile } from './release/sbom.ts';
import { thirdPartyLicenses } from './third-party-licenses.ts';

/*
 * `npm pack` runs this. It writes what the package contains besides its documents, and the second package,
 * keysweep-deploy, as a folder that can be packed: docs/adr/0021-two-packages.md
 */
const DIST = join(ROOT, 'dist');
const DEPLOY = join(DIST, 'deploy');
/** Too large for keysweep itself: with them, keysweep-deploy is installed. */
const INSTALLED = ['@cdktf/provider-aws', 'cdktf', 'constructs'] as const;

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly repository?: object;
  readonly engines: object;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface DeployManifest {
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

interface PackageLock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly [field: string]: unknown }>>;
}

await rm(DIST, { recursive: true, force: true });
const cli = await writeProgram('src/cli.ts', join(DIST, 'cli'));
await writeLicenses(DIST, [cli]);
const deploy = await writeProgram('cdktf/installed.ts', DEPLOY, INSTALLED);
const { source, metafile: lambda } = await describedSource();
await writeFile(join(DEPLOY, BUNDLE_FILE), source);
await writeLicenses(DEPLOY, [deploy, lambda]);
const manifest = await deployManifest();
await writeJson(join(DEPLOY, 'package.json'), manifest);
await writeJson(join(DEPLOY, 'npm-shrinkwrap.json'), await shrinkwrap(manifest));
await copyFile(join(ROOT, 'LICENSE'), join(DEPLOY, 'LICENSE'));
// For the bills of materials of a release; no package contains them.
await writeJson(join(DIST, 'keysweep.metafile.json'), await packageMetafile([cli], ROOT));
await writeJson(
  join(DIST, 'keysweep-deploy.metafile.json'),
  await packageMetafile([deploy, lambda], DEPLOY, INSTALLED),
);

async function writeProgram(
  entry: string,
  outdir: string,
  external: readonly string[] = [],
): Promise<Metafile> {
  const { outputFiles, metafile } = await bundle(entry, outdir, external);
  for (const { path, contents } of outputFiles) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  return metafile;
}

async function writeJson(file: string, content: object): Promise<void> {
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

async function writeLicenses(folder: string, bundles: readonly Metafile[]): Promise<void> {
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), await thirdPartyLicenses(bundles, ROOT));
}

/** What `npm ci` in the installed package checks: the part of our lock file that is installed with it. */
async function shrinkwrap({ name, version, ...root }: DeployManifest): Promise<object> {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as PackageLock;
  const places = INSTALLED.map((installed) => `node_modules/${installed}`);
  const locked = Object.entries(lock.packages).flatMap(([place, { dev: _, ...entry }]) =>
    places.some((known) => `${place}/`.startsWith(`${known}/`)) ? [[place, entry] as const] : [],
  );
  const packages = { '': { name, version, ...root }, ...Object.fromEntries(locked) };
  return { name, version, lockfileVersion: 3, requires: true, packages };
}

async function deployManifest(): Promise<DeployManifest> {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const { version, license, repository, engines, devDependencies } = manifest;
  return {
    name: 'keysweep-deploy',
    version,
    description: 'What keysweep synth, deploy and destroy need: its stacks, and CDK for Terraform.',
    license,
    ...(repository && { repository }),
    type: 'module',
    engines,
    exports: './installed.js',
    dependencies: Object.fromEntries(INSTALLED.map((name) => [name, devDependencies[name]])),
  };
}
