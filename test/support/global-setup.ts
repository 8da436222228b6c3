import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

import { BUNDLE_FILE, bundleLambda } from '../../cdktf/bundle.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const FOLDER = join(REPOSITORY, 'node_modules', '.cache', 'keysweep-tests');

declare module 'vitest' {
  interface ProvidedContext {
    /** `src/cli.ts` as one file that needs nothing beside it. */
    readonly program: string;
    /** The Lambda's, as it is deployed. */
    readonly lambda: string;
  }
}

/**
 * Builds the two programs that tests run as processes, once for all. A start through tsx takes six times as
 * long, and one that loads the SDK from node_modules three times.
 */
export default async function setup(project: TestProject): Promise<void> {
  const lambda = join(FOLDER, BUNDLE_FILE);
  const changed = await newestSource();
  const program = await builtProgram(changed);
  await ifOlder(lambda, changed, () => bundleLambda(FOLDER));
  project.provide('program', program);
  project.provide('lambda', lambda);
}

/** Builds keysweep's program if a source has changed. @returns its file */
export async function builtProgram(changed?: number): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const program = join(FOLDER, 'cli.mjs');
  await ifOlder(program, changed ?? (await newestSource()), () => buildProgram(program));
  return program;
}

/** When a source or a dependency last changed: after a change of a test alone, nothing is built. */
async function newestSource(): Promise<number> {
  const sources = await Promise.all(
    ['src', 'sandbox'].map(async (folder) =>
      (await readdir(join(REPOSITORY, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  const files = ['package-lock.json', 'cdktf/bundle.ts', 'test/support/global-setup.ts', ...sources.flat()];
  const times = await Promise.all(files.map(async (file) => (await stat(join(REPOSITORY, file))).mtimeMs));
  return Math.max(...times);
}

async function ifOlder(file: string, changed: number, make: () => Promise<unknown>): Promise<void> {
  const made = await stat(file).catch(() => undefined);
  if (made === undefined || made.mtimeMs <= changed) await make();
}

async function buildProgram(file: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(REPOSITORY, 'src', 'cli.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    // Some packages are CommonJS and require what Node brings.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    write: false,
    outfile: 'cli.mjs',
  });
  // Another run may be starting the one that is there.
  await writeFile(`${file}.new`, outputFiles[0]?.contents ?? '');
  await rename(`${file}.new`, file);
}
