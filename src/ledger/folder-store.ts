import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { checkedKey, checkedPrefix, type ObjectStore } from './object-store.ts';

/**
 * A ledger in a folder on disk, made at the first put. Folders are for their owner only (0700), files too (0600).
 * A file appears whole under its name or not at all, whatever ends the process or the machine.
 * Every method rejects with Node's error (`code`, `path`) when the disk refuses.
 */
export function openFolder(path: string): ObjectStore {
  const root = resolve(path);
  const get = async (key: string): Promise<string | undefined> => {
    const file = fileOf(key);
    const text = await unless('ENOENT', readFile(file).catch(naming(file)));
    return text === 'ENOENT' ? undefined : text.toString('utf8');
  };
  const fileOf = (key: string): string => join(root, checkedKey(key));
  const folderOf = (prefix: string): string =>
    join(root, checkedPrefix(prefix).slice(0, prefix.lastIndexOf('/') + 1));
  return {
    location: root,
    put: async (key, body) => place(fileOf(key), body, rename),
    // link(2) fails when the name is taken; rename(2) would replace it.
    putNew: async (key, body) =>
      place(fileOf(key), body, async (from, to) => (await unless('EEXIST', link(from, to))) !== 'EEXIST'),
    update: async (key, change) => {
      const stored = await get(key);
      const body = change(stored);
      if (body !== undefined && body !== stored) await place(fileOf(key), body, rename);
    },
    get,
    list: async (prefix) => (await keysIn(root, folderOf(prefix))).filter((key) => key.startsWith(prefix)),
    listFolders: async (prefix) => {
      const entries = await unless('ENOENT', readdir(folderOf(prefix), { withFileTypes: true }));
      if (entries === 'ENOENT') return [];
      const folders = entries.filter((entry) => entry.isDirectory());
      return folders.map((entry) => entry.name).sort();
    },
    remove: async (key) => {
      const file = fileOf(key);
      await rm(file, { force: true });
      await unless('ENOENT', sync(dirname(file)));
    },
  };
}

/** Writes beside the file, then gives the whole its name. */
async function place<Result>(
  file: string,
  body: string,
  name: (temporary: string, file: string) => Promise<Result>,
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
    const result = await name(temporary, file);
    await sync(dirname(file));
    return result;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Node names the file when it cannot be opened, and not when it cannot be read, as a folder cannot. */
function naming(file: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && !error.message.includes(file)) error.message += ` '${file}'`;
    throw error;
  };
}

/** A new folder is lost with the machine unless the one that names it is synced too. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.startsWith(first); made = dirname(made)) await sync(dirname(made));
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function keysIn(root: string, folder: string): Promise<string[]> {
  const entries = await unless('ENOENT', readdir(folder, { withFileTypes: true, recursive: true }));
  if (entries === 'ENOENT') return [];
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/')).sort();
}

/** What the promise gives, or the code where it failed with just that one. */
async function unless<Value, Code extends string>(
  code: Code,
  promise: Promise<Value>,
): Promise<Value | Code> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === code) return code;
    throw error;
  }
}
