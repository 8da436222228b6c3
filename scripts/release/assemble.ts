import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ROOT } from '../bundle.js';
import { writeSbom } from './sbom.ts';

/** Both packages, by the folder of their package.json, which `npm pack` of the first one builds. */
const PACKAGES = { keysweep: ROOT, 'keysweep-deploy': join(ROOT, 'dist', 'deploy') } as const;

/** Fills a folder with the files of a release: packages, bills of materials, notes and checksums. */
export async function assembleRelease(folder: string, version: string, notes: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, source] of Object.entries(PACKAGES)) {
    await promisify(execFile)('npm', ['pack', '--pack-destination', folder], { cwd: source });
    const metafile = join(ROOT, 'dist', `${name}.metafile.json`);
    await writeSbom(metafile, source, join(folder, `${name}-${version}.cdx.json`));
  }
  await writeFile(join(folder, 'notes.md'), `${notes}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), await checksums(folder));
}

/** As `sha256sum --check` reads them. */
export async function checksums(folder: string): Promise<string> {
  const lines = (await readdir(folder)).sort().map(async (name) => {
    const hash = createHash('sha256').update(await readFile(join(folder, name)));
    return `${hash.digest('hex')}  ${name}\n`;
  });
  return (await Promise.all(lines)).join('');
}
