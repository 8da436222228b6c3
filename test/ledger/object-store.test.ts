import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { folderStores, motoStores, sandboxStores, type Stores } from '../support/stores.ts';

const kinds = [
  { kind: 'a folder', open: folderStores, skip: false, atomic: true },
  { kind: 'a bucket of the sandbox', open: sandboxStores, skip: false, atomic: true },
  // moto looks whether the key exists and then stores, in threads: of many callers two may get true, once in
  // some 100 times.
  {
    kind: 'a bucket of moto',
    open: motoStores,
    skip: (await pythonEnvironment()) === undefined,
    atomic: false,
  },
];

describe.each(kinds)('$kind', ({ open, skip, atomic }) => {
  describe.skipIf(skip)('as a store', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    }, 30_000);
    afterAll(() => stores.close());

    const holding = async (...keys: string[]): Promise<ObjectStore> => {
      const store = await stores.empty();
      for (const key of keys) await store.put(key, key);
      return store;
    };

    it('returns what was put, and the last of two', async () => {
      const store = await holding('runs/1/summary.json');
      expect(await store.get('runs/1/summary.json')).toBe('runs/1/summary.json');
      await store.put('runs/1/summary.json', 'zwölf ☂\n');
      expect(await store.get('runs/1/summary.json')).toBe('zwölf ☂\n');
    });

    it('returns nothing where nothing was put', async () => {
      const store = await stores.empty();
      expect(await store.get('accounts/1.json')).toBeUndefined();
      expect(await store.list('')).toEqual([]);
      expect(await store.listFolders('runs/')).toEqual([]);
      await store.remove('accounts/1.json');
    });

    it('puts a new key and does not replace an existing one', async () => {
      const store = await holding('old');
      expect(await store.putNew('new', 'first')).toBe(true);
      expect(await store.putNew('new', 'second')).toBe(false);
      expect(await store.putNew('old', 'second')).toBe(false);
      expect(await store.get('new')).toBe('first');
      expect(await store.get('old')).toBe('old');
    });

    if (atomic)
      it('lets one of many callers put a new key, even if all put the same text', async () => {
        const store = await stores.empty();
        for (let round = 0; round < 20; round++) {
          const results = await Promise.all(
            Array.from({ length: 12 }, () => store.putNew(`runs/${round}`, 'same')),
          );
          expect(results.filter((won) => won)).toHaveLength(1);
        }
      });

    it('updates an object, and does not write it if nothing changes', async () => {
      const store = await holding('accounts/1');
      await store.update('accounts/1', (stored) => `${stored} and more`);
      expect(await store.get('accounts/1')).toBe('accounts/1 and more');
      await store.update('accounts/1', () => undefined);
      await store.update('accounts/2', (stored) => JSON.stringify({ stored }));
      expect(await store.get('accounts/1')).toBe('accounts/1 and more');
      expect(await store.get('accounts/2')).toBe('{}');
      const no = () => {
        throw new RangeError('not so');
      };
      await expect(store.update('accounts/1', no)).rejects.toThrow('not so');
    });

    it('lists the keys that start with a prefix, sorted by code unit', async () => {
      const store = await holding('runs/b/2', 'runs/b/10', 'runs/a/1', 'runs/B', 'runs.txt', 'accounts/1');
      expect(await store.list('runs/')).toEqual(['runs/B', 'runs/a/1', 'runs/b/10', 'runs/b/2']);
      expect(await store.list('runs/b/1')).toEqual(['runs/b/10']);
      expect(await store.list('ru')).toHaveLength(5);
      expect(await store.list('')).toHaveLength(6);
    });

    it('lists the folders directly below a prefix', async () => {
      const store = await holding('runs/b/2', 'runs/a/deep/1', 'runs/a/2', 'runs/file', 'accounts/1');
      expect(await store.listFolders('runs/')).toEqual(['a', 'b']);
      expect(await store.listFolders('')).toEqual(['accounts', 'runs']);
    });

    it('removes', async () => {
      const store = await holding('runs/1', 'runs/2');
      await store.remove('runs/1');
      expect(await store.list('')).toEqual(['runs/2']);
      expect(await store.putNew('runs/1', 'again')).toBe(true);
    });

    it.each([
      '../outside',
      'runs/../../outside',
      '/etc/passwd',
      'runs//1',
      'runs/',
      '',
      '.hidden',
      'a\\b',
      'a\0',
    ])('refuses the key %j', async (key) => {
      const store = await stores.empty();
      await expect(store.put(key, '')).rejects.toThrow(RangeError);
      await expect(store.putNew(key, '')).rejects.toThrow(RangeError);
      await expect(store.update(key, () => '')).rejects.toThrow(RangeError);
      await expect(store.get(key)).rejects.toThrow(RangeError);
      await expect(store.remove(key)).rejects.toThrow(RangeError);
    });

    it.each(['../', '/', 'runs//', '.'])('refuses the prefix %j', async (prefix) => {
      const store = await stores.empty();
      await expect(store.list(prefix)).rejects.toThrow(RangeError);
      await expect(store.listFolders(prefix)).rejects.toThrow(RangeError);
    });
  });
});
