import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Metafile } from 'esbuild';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Of its files; empty if it ships none. */
  readonly text: string;
}

const LICENSE_FILE = /^(licen[cs]e|copying|notice)/i;

/**
 * The packages of which code is in the bundles, with their licences.
 * @param root has the folder node_modules
 */
export async function thirdPartyLicenses(bundles: readonly Metafile[], root: string): Promise<string> {
  const packages = await Promise.all(
    bundledFolders(bundles).map((folder) => readPackage(join(root, folder))),
  );
  const texts = new Set(packages.map(({ text }) => text));
  const sections = [...texts].map((text) =>
    section(
      text,
      packages.filter((each) => each.text === text),
    ),
  );
  return `Code of these packages is part of this one.\n\n${sections.join('\n')}`;
}

/** The folders in node_modules of packages of which something is in an output. */
export function bundledFolders(bundles: readonly Metafile[]): string[] {
  return [...bundledSizes(bundles).keys()].sort();
}

/** By folder in node_modules: the bytes of a package that are in the outputs. */
export function bundledSizes(bundles: readonly Metafile[]): ReadonlyMap<string, number> {
  const outputs = bundles.flatMap((bundle) => Object.values(bundle.outputs));
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of outputs.flatMap((output) => Object.entries(output.inputs))) {
    const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path) ?? [];
    if (folder !== undefined && bytesInOutput > 0)
      sizes.set(folder, (sizes.get(folder) ?? 0) + bytesInOutput);
  }
  return sizes;
}

async function readPackage(folder: string): Promise<Package> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  ) as Partial<Package>;
  if (name === undefined || version === undefined || license === undefined)
    throw new Error(`${folder} does not name its licence, so it cannot be shipped`);
  const files = (await readdir(folder)).filter((file) => LICENSE_FILE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return { name, version, license, text: texts.map((text) => text.trim()).join('\n\n') };
}

function section(text: string, packages: readonly Package[]): string {
  const names = packages.map(({ name, version, license }) => `${name} ${version} (${license})`);
  const terms = text || 'The package has no file with the text of its licence.';
  return `${'-'.repeat(80)}\n${[...new Set(names)].join('\n')}\n\n${terms}\n`;
}
