import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

const FOLDER = join(ROOT, 'node_modules', '.cache', 'keysweep');
const PROGRAM = join(FOLDER, 'cli.js');
const SOURCES = ['src', 'sandbox'];
const FILES = ['package-lock.json', 'scripts/bundle.js', ...SOURCES];
const DAY = 24 * 60 * 60 * 1000;

/**
 * The program of this clone, which is built if a source has changed since: a tenth of the time in which tsx
 * starts it.
 * @returns {Promise<string>} its file
 */
export async function builtProgram() {
  const built = await stat(PROGRAM).catch(() => undefined);
  if (built === undefined || built.mtimeMs <= (await newestSource())) await buildProgram();
  return PROGRAM;
}

/**
 * When a source or a dependency last changed. A folder changes when a file in it is removed.
 * @returns {Promise<number>}
 */
export async function newestSource() {
  const lists = SOURCES.map(async (folder) =>
    (await readdir(join(ROOT, folder), { recursive: true })).map((name) => join(folder, name)),
  );
  const files = [...FILES, ...(await Promise.all(lists)).flat()];
  const times = await Promise.all(files.map(async (file) => (await stat(join(ROOT, file))).mtimeMs));
  return Math.max(...times);
}

async function buildProgram() {
  const startedAt = new Date();
  const { bundle } = await import('./bundle.js');
  const { outputFiles } = await bundle('src/cli.ts', FOLDER);
  await mkdir(FOLDER, { recursive: true });
  // Last the entry: it names the others, which have their hash in their name.
  const isEntry = ({ path }) => path === PROGRAM;
  for (const file of outputFiles.toSorted((a, b) => Number(isEntry(a)) - Number(isEntry(b)))) {
    const whole = `${file.path}.${process.pid}`;
    await writeFile(whole, file.contents);
    // A source that has changed in the meantime is newer.
    await utimes(whole, startedAt, startedAt);
    await rename(whole, file.path);
  }
  await removeOld(new Set(outputFiles.map(({ path }) => basename(path))));
}

/** Not at once: a process that runs may still import them. */
async function removeOld(present) {
  for (const name of await readdir(FOLDER)) {
    const file = join(FOLDER, name);
    const found = await stat(file).catch(() => undefined);
    if (!present.has(name) && found && Date.now() - found.mtimeMs > DAY) await rm(file, { force: true });
  }
}
