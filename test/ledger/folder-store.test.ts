import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openFolder } from '../../src/ledger/folder-store.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'keysweep-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const permissions = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe('a folder store', () => {
  it('is readable by its owner only', async () => {
    await openFolder(join(root, 'a', 'ledger')).put('runs/1/summary.json', '{}');
    for (const folder of ['a', 'a/ledger', 'a/ledger/runs', 'a/ledger/runs/1'])
      expect(await permissions(join(root, folder))).toBe('700');
    expect(await permissions(join(root, 'a/ledger/runs/1/summary.json'))).toBe('600');
  });

  it('leaves no temporary file, and ignores one that a crash left', async () => {
    const store = openFolder(root);
    await store.put('runs/1', 'one');
    await store.putNew('runs/1', 'two');
    expect(await readdir(join(root, 'runs'))).toEqual(['1']);
    await writeFile(join(root, 'runs', '.left-behind'), 'half');
    expect(await store.list('')).toEqual(['runs/1']);
  });

  it('is created by the first put and not before', async () => {
    const store = openFolder(join(root, 'later'));
    expect(await store.list('')).toEqual([]);
    expect(await readdir(root)).toEqual([]);
  });

  it('rejects with the error of the disk', async () => {
    await writeFile(join(root, 'runs'), 'a file where a folder should be');
    await expect(openFolder(root).put('runs/1', '')).rejects.toThrow(/EEXIST|ENOTDIR/);
    await expect(openFolder(root).putNew('runs/1', '')).rejects.toThrow(/EEXIST|ENOTDIR/);
    await expect(openFolder(root).get('runs/1')).rejects.toThrow('ENOTDIR');
  });
});
