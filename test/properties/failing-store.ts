import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { StoreFault } from './story.ts';

export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
}

/**
 * The same store, in which one operation fails once: before it is done, or after, so that only the answer is
 * lost.
 */
export function failing(store: ObjectStore, { operation, nth, afterEffect }: StoreFault): ObjectStore {
  let count = 0;
  const meet = async <Answer>(asked: typeof operation, act: () => Promise<Answer>): Promise<Answer> => {
    const fails = asked === operation && ++count === nth;
    if (fails && !afterEffect) throw new DiskFullError();
    const answer = await act();
    if (fails) throw new DiskFullError();
    return answer;
  };
  return {
    location: store.location,
    put: (key, body) => meet('put', () => store.put(key, body)),
    putNew: (key, body) => meet('putNew', () => store.putNew(key, body)),
    update: (key, change) => meet('update', () => store.update(key, change)),
    get: (key) => meet('get', () => store.get(key)),
    list: (prefix) => meet('list', () => store.list(prefix)),
    listFolders: (prefix) => meet('listFolders', () => store.listFolders(prefix)),
    remove: (key) => meet('remove', () => store.remove(key)),
  };
}
