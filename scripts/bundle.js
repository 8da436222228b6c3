import { join } from 'node:path';

import { build } from 'esbuild';

// JavaScript, because `npm run keysweep` builds the program in a process without tsx.

export const ROOT = join(import.meta.dirname, '..');

/** Some packages are CommonJS and require what Node brings. No source may declare these names. */
const REQUIRE = `import { createRequire as requireFor } from 'node:module';
const require = requireFor(import.meta.url);`;

/**
 * Bundles a program with its packages, not minified, so that people can read what they run. What it imports
 * when it needs it is in files of their own: a single file takes 100 ms more to start.
 * @param {string} entry relative to the repository
 * @param {string} outdir
 * @param {readonly string[]} external packages that are installed with it
 */
export function bundle(entry, outdir, external = []) {
  return build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true,
    external: [...external],
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    tsconfigRaw: {},
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
}
