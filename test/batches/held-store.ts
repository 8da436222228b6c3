import type { ObjectStore } from '../../src/ledger/object-store.ts';

export interface HeldStore {
  readonly store: ObjectStore;
  /** Resolves at the first held write. */
  readonly isReached: Promise<void>;
  /** Lets all writes continue. */
  readonly release: () => void;
}

/** Holds every write to these keys before its effect. */
export function holding(store: ObjectStore, isHeld: (key: string) => boolean): HeldStore {
  const { promise: isReached, resolve: reach } = signal();
  const { promise: isReleased, resolve: release } = signal();
  const pass = async (key: string): Promise<void> => {
    if (!isHeld(key)) return;
    reach();
    await isReleased;
  };
  const held =
    <Input extends readonly unknown[], Answer>(write: (key: string, ...input: Input) => Promise<Answer>) =>
    async (key: string, ...input: Input): Promise<Answer> => {
      await pass(key);
      return write(key, ...input);
    };
  const writes: Pick<ObjectStore, 'put' | 'putNew' | 'update' | 'remove'> = {
    put: held((key, body: string) => store.put(key, body)),
    putNew: held((key, body: string) => store.putNew(key, body)),
    update: held((key, change: Parameters<ObjectStore['update']>[1]) => store.update(key, change)),
    remove: held((key) => store.remove(key)),
  };
  return { isReached, release, store: { ...store, ...writes } };
}

function signal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
