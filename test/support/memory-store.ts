import type { ObjectStore } from '../../src/ledger/object-store.ts';

/** A ledger store in memory, and its objects. */
export function memoryStore(objects = new Map<string, string>()): ObjectStore {
  const put = (key: string, body: string): Promise<void> => {
    objects.set(key, body);
    return Promise.resolve();
  };
  return {
    location: 'memory',
    tampered: new Map(),
    put,
    putNew: async (key, body) => {
      if (objects.has(key)) return false;
      await put(key, body);
      return true;
    },
    update: async (key, change) => {
      const body = change(objects.get(key));
      if (body !== undefined) await put(key, body);
    },
    get: (key) => Promise.resolve(objects.get(key)),
    list: (prefix) => Promise.resolve([...objects.keys()].filter((key) => key.startsWith(prefix)).sort()),
    listFolders: (prefix) =>
      Promise.resolve(
        [
          ...new Set(
            [...objects.keys()]
              .filter((key) => key.startsWith(prefix) && key.slice(prefix.length).includes('/'))
              .map((key) => key.slice(prefix.length).split('/')[0] ?? ''),
          ),
        ].sort(),
      ),
    remove: (key) => {
      objects.delete(key);
      return Promise.resolve();
    },
  };
}
