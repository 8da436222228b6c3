import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build, type Plugin } from 'esbuild';
import fc from 'fast-check';
import { expect } from 'vitest';

import type { Build } from './build-under-test.ts';

/** One line of keysweep, and what stands there instead. */
export interface Break {
  /** Below src. */
  readonly file: string;
  readonly line: string;
  readonly instead: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where packages are found, and where no tool looks. */
const FOLDER = join(ROOT, 'coverage', 'broken-builds');

/**
 * Keysweep with one line broken, as one file.
 * @throws when the line is not there, or not once: the break must follow the code
 */
export async function breakBuild({
  file,
  line,
  instead,
}: Break): Promise<{ readonly build: Build; readonly remove: () => Promise<void> }> {
  const path = join(ROOT, file);
  const pieces = (await readFile(path, 'utf8')).split(line);
  if (pieces.length !== 2) throw new Error(`${file} has ${pieces.length - 1} times: ${line}`);
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'build-under-test.ts')],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    outfile: 'broken.mjs',
    plugins: [inPlaceOf(path, pieces.join(instead))],
    logLevel: 'silent',
  });
  const written = join(FOLDER, `${randomUUID()}.mjs`);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(written, outputFiles[0]?.contents ?? '');
  const remove = () => rm(written);
  try {
    const { KEYSWEEP } = (await import(/* @vite-ignore */ pathToFileURL(written).href)) as {
      KEYSWEEP: Build;
    };
    return { build: KEYSWEEP, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Many more than any of them needs. */
const STORIES = 500;

/** Checks that playing stories fails with the broken build. */
export async function expectCaught<Story>(
  broken: Break,
  stories: fc.Arbitrary<Story>,
  play: (story: Story, build: Build) => Promise<unknown>,
  numRuns = STORIES,
): Promise<void> {
  const { build: brokenBuild, remove } = await breakBuild(broken);
  try {
    const property = fc.asyncProperty(stories, async (story) => {
      await play(story, brokenBuild);
    });
    const { failed, errorInstance } = await fc.check(property, {
      numRuns,
      seed: 1,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
    // Found by comparing, and not because the break itself throws.
    expect(errorInstance).toHaveProperty('name', 'AssertionError');
  } finally {
    await remove();
  }
}

function inPlaceOf(path: string, contents: string): Plugin {
  return {
    name: 'broken line',
    setup: (building) => {
      building.onLoad({ filter: /\.ts$/ }, (loading) =>
        loading.path === path ? { contents, loader: 'ts' } : undefined,
      );
    },
  };
}
