import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { bundleLambda } from '../../cdktf/bundle.ts';
import { BUNDLE_FILE } from '../../cdktf/lambda-zip.ts';
import { builtProgram, newestSource } from '../../scripts/built-program.js';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const FOLDER = join(REPOSITORY, 'node_modules', '.cache', 'keysweep-tests');

declare module 'vitest' {
  interface ProvidedContext {
    /** The file of keysweep's program, as `npm run keysweep` starts it. */
    readonly program: string;
    /** The Lambda's, as it is deployed. */
    readonly lambda: string;
  }
}

/** Builds the two programs that tests run as processes, if a source has changed: once for all tests. */
export default async function setup(project: TestProject): Promise<void> {
  const lambda = join(FOLDER, BUNDLE_FILE);
  const program = await builtProgram();
  await buildIfOlder(lambda);
  project.provide('program', program);
  project.provide('lambda', lambda);
}

async function buildIfOlder(lambda: string): Promise<void> {
  const made = ['bundle.ts', 'drop-unused-packages.ts'].map((name) => join(REPOSITORY, 'cdktf', name));
  const changed = Math.max(await newestSource(), ...(await Promise.all(made.map(changedAt))));
  if ((await changedAt(lambda)) <= changed) await bundleLambda(FOLDER);
}

async function changedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
