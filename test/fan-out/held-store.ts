import type { ObjectStore } from '../../src/ledger/object-store.ts';

/** A store in which some writes wait. */
export interface HeldStore {
  readonly store: ObjectStore;
  /** The first of them has come. */
  readonly isReached: Promise<void>;
  /** Lets them go on, and holds none any more. */
  readonly release: () => void;
}

/** Holds every `putNew` and `update` of such a key before it has its effect. */
export function holding(store: ObjectStore, isHeld: (key: string) => boolean): HeldStore {
  const { promise: isReached, resolve: reach } = signal();
  const { promise: isReleased, resolve: release } = signal();
  const pass = async (key: string): Promise<void> => {
    if (!isHeld(key)) return;
    reach();
    await isReleased;
  };
  return {
    isReached,
    release,
    store: {
      ...store,
      putNew: async (key, body) => {
        await pass(key);
        return store.putNew(key, body);
      },
      update: async (key, change) => {
        await pass(key);
        return store.update(key, change);
      },
    },
  };
}

function signal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
