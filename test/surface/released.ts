import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { sectionOf } from '../../scripts/release/changelog.ts';
import { lastOf, mentionsOf, type Released } from './changes.ts';
import { publicSurface } from './surface.ts';

const FILE = join(import.meta.dirname, 'released.txt');
const CHANGELOG = join(import.meta.dirname, '..', '..', 'CHANGELOG.md');

export async function unreleasedChanges(): Promise<string> {
  return sectionOf(await readFile(CHANGELOG, 'utf8'), 'Unreleased');
}

/** A line each: a name, what it is, and how often the changelog named it. */
export async function readReleased(): Promise<Released> {
  const lines = (await readFile(FILE, 'utf8')).trimEnd().split('\n');
  const rows = lines.map((line) => line.split('\t'));
  return {
    surface: Object.fromEntries(rows.map(([path = '', detail = '']) => [path, detail])),
    mentions: Object.fromEntries(rows.map(([path = '', , count]) => [lastOf(path), Number(count)])),
  };
}

// `npm version` runs this, after it has dated the changelog.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const unreleased = await unreleasedChanges();
  const lines = Object.entries(publicSurface()).map(
    ([path, detail]) => `${path}\t${detail}\t${mentionsOf(lastOf(path), unreleased)}\n`,
  );
  await writeFile(FILE, lines.join(''));
}
