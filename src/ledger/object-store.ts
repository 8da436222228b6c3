/** Storage of a ledger: a folder on disk or an S3 bucket. Keys and names are sorted by code unit. */
export interface ObjectStore {
  /** A path or an s3:// URL, for messages. */
  readonly location: string;
  /** What readers found that is not what keysweep stored, by key. */
  readonly tampered?: Map<string, Tampering>;
  /** No run is later; undefined: any may be. */
  readonly now?: () => Date;
  /** Stores or replaces. Durable when the promise resolves. */
  put(key: string, body: string): Promise<void>;
  /** Stores unless the key exists. Atomic: only one of two callers gets true. Durable when it resolves. */
  putNew(key: string, body: string): Promise<boolean>;
  /**
   * Reads an object and stores a new text. A bucket reads again if another process changed the object in
   * between; a folder relies on the lock of the ledger to prevent that.
   * @param change returns the new text; undefined: do not store. What it throws is passed on.
   */
  update(key: string, change: (stored: string | undefined) => string | undefined): Promise<void>;
  get(key: string): Promise<string | undefined>;
  /** All keys that start with the prefix. */
  list(prefix: string): Promise<string[]>;
  /** The same with keys of removed objects; undefined: the store does not know these. */
  listEver?(prefix: string): Promise<string[]>;
  /** Names of the folders directly below a prefix that is empty or ends with `/`. */
  listFolders(prefix: string): Promise<string[]>;
  /** Does nothing if the key does not exist. */
  remove(key: string): Promise<void>;
}

/** added: keysweep never stored it. rolled-back: an older version was stored again. */
export const TAMPERING = ['changed', 'added', 'removed', 'rolled-back'] as const;
export type Tampering = (typeof TAMPERING)[number];

const USED = 'so the last version that keysweep stored was used';

export const TAMPERINGS: Readonly<Record<Tampering, string>> = {
  changed: `was changed by something else than keysweep, ${USED}`,
  'rolled-back': `was replaced by an older version, ${USED}`,
  removed: `was removed, ${USED}`,
  added: 'was not stored by keysweep, so it was ignored',
};

/** A sentence for each object that is not what keysweep stored. */
export function describeTampering(
  { tampered = new Map() }: Pick<ObjectStore, 'tampered'>,
  prefix = '',
): string[] {
  return [...tampered]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, tampering]) => `${key} in the ledger ${TAMPERINGS[tampering]}. Run keysweep verify --all.`);
}

const KEY = /^[a-z0-9][\w.=+@-]*(\/[a-z0-9][\w.=+@-]*)*$/i;

/** Each part starts with a letter or digit, so no key leaves the folder or is one of its temporary files. */
export function isObjectKey(text: string): boolean {
  return KEY.test(text);
}

/** @throws RangeError when it is not a key */
export function checkedKey(key: string): string {
  if (!isObjectKey(key)) throw new RangeError(`not a key of a ledger object: ${JSON.stringify(key)}`);
  return key;
}

/** @throws RangeError when no key can start with it */
export function checkedPrefix(prefix: string): string {
  checkedKey(`${prefix}x`);
  return prefix;
}
