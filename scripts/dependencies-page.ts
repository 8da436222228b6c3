import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Metafile } from 'esbuild';
import { format, resolveConfig } from 'prettier';

import { describedSource } from '../cdktf/bundle.ts';
import { bundle, ROOT } from './bundle.js';
import { bundledSizes } from './third-party-licenses.ts';

/*
 * npm run dependencies: writes docs/dependencies.md, from what esbuild puts in, the manifests of the
 * packages, and scripts/dependencies.json, which says what each is for and what could replace it.
 */
const PAGE = join(ROOT, 'docs', 'dependencies.md');
const INSTALLED = ['@cdktf/provider-aws', 'cdktf', 'constructs'];

type Reasons = Readonly<Record<string, readonly [purpose: string, alternatives: string]>>;

export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly source: string;
  /** Named in package.json, and not only needed by another. */
  readonly direct: boolean;
  /** Bytes in the program of a terminal, in what deploys, and in the Lambda. */
  readonly sizes: readonly [number, number, number];
}

export async function bundledDependencies(): Promise<Dependency[]> {
  const bundles = [
    (await bundle('src/cli.ts', 'cli')).metafile,
    (await bundle('cdktf/installed.ts', 'deploy', INSTALLED)).metafile,
    (await describedSource()).metafile,
  ];
  const sizes = bundles.map((each: Metafile) => bundledSizes([each]));
  const installed = INSTALLED.map((name) => `node_modules/${name}`);
  const folders = [...new Set([...sizes.flatMap((each) => [...each.keys()]), ...installed])].sort();
  const { devDependencies } = await manifest(ROOT);
  return Promise.all(
    folders.map(async (folder) => {
      const { name = '', version = '', license = '', repository } = await manifest(join(ROOT, folder));
      const [cli = 0, deploy = 0, lambda = 0] = sizes.map((each) => each.get(folder) ?? 0);
      const direct = devDependencies?.[name] === version && folder === `node_modules/${name}`;
      return { name, version, license, source: sourceOf(repository), direct, sizes: [cli, deploy, lambda] };
    }),
  );
}

/** What package.json names and nobody has said the purpose of. */
export function unexplained(dependencies: readonly Dependency[], reasons: Reasons): string[] {
  const named = dependencies.filter(({ direct }) => direct).map(({ name }) => name);
  return named.filter((name) => reasonOf(name, reasons) === undefined);
}

export async function readReasons(): Promise<Reasons> {
  return JSON.parse(await readFile(join(ROOT, 'scripts', 'dependencies.json'), 'utf8')) as Reasons;
}

function reasonOf(name: string, reasons: Reasons): Reasons[string] | undefined {
  return reasons[name] ?? reasons[name.replace(/client-.*/, 'client-*')];
}

export function tables(dependencies: readonly Dependency[], reasons: Reasons): string {
  const direct = dependencies
    .filter((each) => each.direct)
    .map((each) => {
      const [purpose = '', alternatives = ''] = reasonOf(each.name, reasons) ?? [];
      return [...columns(each), purpose, alternatives];
    });
  const others = dependencies.filter((each) => !each.direct).map(columns);
  const head = ['package', 'licence', 'source', 'terminal', 'deploy', 'Lambda'];
  return [
    '## Chosen\n',
    table([...head, 'for', 'instead of'], direct),
    '\n## Brought in by those\n',
    table(head, others),
  ].join('\n');
}

function columns({ name, version, license, source, sizes }: Dependency): string[] {
  const kilobytes = sizes.map((size) => (size === 0 ? '' : `${Math.max(1, Math.round(size / 1000))}`));
  return [`\`${name}\` ${version}`, license, source, ...kilobytes];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly repository?: string | { readonly url: string };
  readonly devDependencies?: Readonly<Record<string, string>>;
}

async function manifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** `owner/repository`, of whom to trust: the name at npm says less. */
function sourceOf(repository: Manifest['repository']): string {
  const url = typeof repository === 'string' ? repository : (repository?.url ?? '');
  return /([^/:]+\/[^/:]+?)(\.git)?$/.exec(url)?.[1] ?? 'not named';
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const generated = tables(await bundledDependencies(), await readReasons());
  const [before = ''] = (await readFile(PAGE, 'utf8')).split(/^## Chosen$/m);
  const options = { ...(await resolveConfig(PAGE)), parser: 'markdown' };
  await writeFile(PAGE, await format(`${before}${generated}\n`, options));
}
