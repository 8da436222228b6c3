import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** Below node_modules, because there the program finds its dependencies, which stay as they are. */
const FOLDER = join(REPOSITORY, 'node_modules', '.cache', 'keysweep-tests');

let built: Promise<string> | undefined;

/**
 * `src/cli.ts` as one JavaScript file for the Node of this process. It starts in a third of the time that a start through
 * tsx takes, and the tests start dozens.
 */
export function keysweepProgram(): Promise<string> {
  return (built ??= buildProgram());
}

async function buildProgram(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(REPOSITORY, 'src', 'cli.ts')],
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: `node${process.versions.node}`,
    format: 'esm',
    write: false,
    outfile: 'cli.mjs',
  });
  const file = join(FOLDER, 'cli.mjs');
  const whole = join(FOLDER, `${randomUUID()}.mjs`);
  await mkdir(FOLDER, { recursive: true });
  // Another worker may be running the one that is there.
  await writeFile(whole, outputFiles[0]?.contents ?? '');
  await rename(whole, file);
  return file;
}
