import { readFile, writeFile } from 'node:fs/promises';

import { dateUnreleased } from './changelog.ts';

/*
 * `npm version` runs this in the folder of package.json, after it has written the new version there and
 * before it commits and tags.
 */
const version = process.env.npm_package_version;
if (version === undefined) throw new Error('npm version runs this');

const day = new Date().toISOString().slice(0, 10);
await edit('CHANGELOG.md', (text) => dateUnreleased(text, version, day));
await edit('src/config/version.ts', (text) => text.replace(/VERSION = '.*'/, `VERSION = '${version}'`));

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}
