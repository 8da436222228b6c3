import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ROOT } from './bundle.js';

const run = promisify(execFile);

export interface InstalledKeysweep extends AsyncDisposable {
  /** The command, as a shell finds it. */
  readonly program: string;
  /** Contains the packages that are installed. */
  readonly modules: string;
  /** As installed. */
  readonly bytes: number;
}

/**
 * Installs keysweep as `npm i -g` does, in a temporary folder and without the network.
 * @param tarball packed here if it is missing
 */
export async function installKeysweep(tarball?: string): Promise<InstalledKeysweep> {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-installed-'));
  const file = tarball ?? (await pack(folder));
  await run('npm', ['install', '--global', '--offline', '--prefix', folder, file]);
  const modules = join(folder, 'lib', 'node_modules');
  return {
    program: join(folder, 'bin', 'keysweep'),
    modules,
    bytes: await sizeOf(modules),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function pack(destination: string): Promise<string> {
  await run('npm', ['pack', '--pack-destination', destination], { cwd: ROOT });
  const [tarball = ''] = await readdir(destination);
  return join(destination, tarball);
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
