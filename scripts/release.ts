import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { ROOT } from './bundle.js';
import { assembleRelease } from './release/assemble.ts';
import { releaseNotes, sectionOf } from './release/changelog.ts';

/*
 * Fills release/ with the files of a release; .github/workflows/release.yml publishes them.
 *
 *     npm run release -- --tag v0.2.0    of a version that `npm version` has made
 *     npm run release -- --dry-run       of this commit, and what npm would publish
 */
const FOLDER = join(ROOT, 'release');

const { values } = parseArgs({ options: { tag: { type: 'string' }, 'dry-run': { type: 'boolean' } } });
const { tag, 'dry-run': dryRun = false } = values;
const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const changelog = await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8');
if (tag === undefined && !dryRun) throw new Error('Name the tag with --tag, or try it with --dry-run');

const notes = tag === undefined ? sectionOf(changelog, 'Unreleased') : releaseNotes(changelog, version, tag);
await assembleRelease(FOLDER, version, notes);
run('sha256sum', '--check', 'SHA256SUMS');
if (dryRun)
  for (const file of (await readdir(FOLDER)).filter((name) => name.endsWith('.tgz')))
    run('npm', 'publish', '--dry-run', '--access', 'public', `./${file}`);

function run(program: string, ...options: string[]): void {
  execFileSync(program, options, { cwd: FOLDER, stdio: 'inherit' });
}
