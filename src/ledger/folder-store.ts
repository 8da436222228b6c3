import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { checkedKey, checkedPrefix, type ObjectStore } from './object-store.ts';

/**
 * A ledger in a folder on disk, created by the first put, for its owner only (0700, files 0600). Files are
 * written atomically, even if the machine crashes. Methods reject with Node's error.
 */
export function openFolder(path: string): ObjectStore {
  const root = resolve(path);
  const get = async (key: string): Promise<string | undefined> => {
    const file = fileOf(key);
    const bytes = await orElse(readFile(file).catch(addFileName(file)), 'ENOENT', undefined);
    return bytes?.toString('utf8');
  };
  const fileOf = (key: string): string => join(root, checkedKey(key));
  const folderOf = (prefix: string): string =>
    join(root, checkedPrefix(prefix).slice(0, prefix.lastIndexOf('/') + 1));
  return {
    location: root,
    tampered: new Map(),
    put: async (key, body) => writeFile(fileOf(key), body, rename),
    // link(2) fails if the file exists; rename(2) would replace it.
    putNew: async (key, body) =>
      writeFile(fileOf(key), body, (from, to) =>
        orElse(
          link(from, to).then(() => true),
          'EEXIST',
          false,
        ),
      ),
    update: async (key, change) => {
      const stored = await get(key);
      const body = change(stored);
      if (body !== undefined && body !== stored) await writeFile(fileOf(key), body, rename);
    },
    get,
    list: async (prefix) => (await keysIn(root, folderOf(prefix))).filter((key) => key.startsWith(prefix)),
    listFolders: async (prefix) => {
      const entries = await orElse(readdir(folderOf(prefix), { withFileTypes: true }), 'ENOENT', []);
      const folders = entries.filter((entry) => entry.isDirectory());
      return folders.map((entry) => entry.name).sort();
    },
    remove: async (key) => {
      const file = fileOf(key);
      await rm(file, { force: true });
      await orElse(syncFolder(dirname(file)), 'ENOENT', undefined);
    },
  };
}

/** Writes a temporary file, which `move` then puts at its place. */
async function writeFile<Result>(
  file: string,
  body: string,
  move: (temporary: string, file: string) => Promise<Result>,
): Promise<Result> {
  await makeFolder(dirname(file));
  const temporary = join(dirname(file), `.${randomUUID()}`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(body);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const result = await move(temporary, file);
    await syncFolder(dirname(file));
    return result;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Node's message lacks the file if it can be opened but not read, as a folder. */
function addFileName(file: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && !error.message.includes(file)) error.message += ` '${file}'`;
    throw error;
  };
}

/** Syncs the parent folders, or a new folder could be lost in a crash. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.startsWith(first); made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function keysIn(root: string, folder: string): Promise<string[]> {
  const entries = await orElse(readdir(folder, { withFileTypes: true, recursive: true }), 'ENOENT', []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/')).sort();
}

async function orElse<Value, Other>(
  promise: Promise<Value>,
  code: string,
  fallback: Other,
): Promise<Value | Other> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === code) return fallback;
    throw error;
  }
}
