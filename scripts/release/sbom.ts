import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

import type { Metafile } from 'esbuild';

import { ROOT } from '../bundle.js';

/**
 * What is in a package, for CycloneDX's tool: the files of which esbuild put something into an output, and
 * the packages that are installed with it, with those that they bring in their own node_modules.
 * @param folder of the package.json; all paths are relative to it
 */
export async function packageMetafile(
  bundles: readonly Metafile[],
  folder: string,
  installed: readonly string[] = [],
): Promise<Metafile> {
  const from = (path: string): string => relative(folder, join(ROOT, path));
  const inputs = bundles.flatMap((bundle) =>
    Object.entries(bundle.inputs).map(([path, input]) => [
      from(path),
      { ...input, imports: input.imports.map((each) => ({ ...each, path: from(each.path) })) },
    ]),
  );
  const outputs = bundles.flatMap((bundle) =>
    Object.entries(bundle.outputs).map(([path, { inputs, ...output }]) => {
      const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
      const { entryPoint } = output;
      return [
        from(path),
        {
          ...output,
          ...(entryPoint !== undefined && { entryPoint: from(entryPoint) }),
          inputs: Object.fromEntries(used.map(([input, size]) => [from(input), size])),
        },
      ];
    }),
  );
  const manifests = (await Promise.all(installed.map(manifestsOf))).flat();
  const beside = Object.fromEntries(manifests.map((path) => [from(path), { bytesInOutput: 1 }]));
  return {
    inputs: Object.fromEntries(inputs) as Metafile['inputs'],
    outputs: {
      ...(Object.fromEntries(outputs) as Metafile['outputs']),
      installed: { bytes: 0, imports: [], exports: [], inputs: beside },
    },
  };
}

/** Of a package that is installed, and of the packages that it bundles. */
async function manifestsOf(name: string): Promise<string[]> {
  const folder = join('node_modules', name);
  const bundled = existsSync(join(ROOT, folder, 'node_modules'))
    ? await readdir(join(ROOT, folder, 'node_modules'), { recursive: true })
    : [];
  const packages = bundled.filter((path) =>
    /^(.*\/node_modules\/)?(@[^/]+\/)?[^/]+\/package\.json$/.test(path),
  );
  return [join(folder, 'package.json'), ...packages.map((path) => join(folder, 'node_modules', path))];
}

/** Writes the bill of materials that CycloneDX's tool makes of such a file and holds against its schema. */
export async function writeSbom(metafile: string, folder: string, file: string): Promise<void> {
  const tool = join(ROOT, 'node_modules', '.bin', 'cyclonedx-esbuild');
  const options = ['--build-working-dir', folder, '--output-reproducible', '--validate'];
  await promisify(execFile)(tool, [...options, '--output-file', file, metafile]);
}
