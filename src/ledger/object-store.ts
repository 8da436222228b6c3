/** The little that a ledger needs from where it is kept: a folder on disk or an S3 bucket. */
export interface ObjectStore {
  /** Where it is, for people: a path or an s3:// URL. */
  readonly location: string;
  /** Stores or replaces; durable when the promise resolves. */
  put(key: string, body: string): Promise<void>;
  /** Stores unless the key exists; false when it does. Atomic: of two callers one gets true. Durable when it resolves. */
  putNew(key: string, body: string): Promise<boolean>;
  /**
   * Reads an object and stores what follows from it, with no other change in between: after one it is read anew. So it is in a bucket;
   * in a folder another process may come between reading and storing, which the lock of the ledger is there to prevent.
   * @param change what is stored, undefined for nothing, to what is to be stored; undefined: nothing is. What it throws is passed on.
   */
  update(key: string, change: (stored: string | undefined) => string | undefined): Promise<void>;
  /** The stored text; undefined when there is none. */
  get(key: string): Promise<string | undefined>;
  /** All keys that start with the prefix, sorted by code unit. */
  list(prefix: string): Promise<string[]>;
  /** Names of the folders right below a prefix that is empty or ends with `/`, sorted by code unit; reads nothing inside them. */
  listFolders(prefix: string): Promise<string[]>;
  /** Nothing happens when there is no such key. */
  remove(key: string): Promise<void>;
}

const KEY = /^[a-z0-9][\w.=+@-]*(\/[a-z0-9][\w.=+@-]*)*$/i;

/**
 * Whether every store takes the text as a key: relative, with `/`, each part starting with a letter or digit, so that
 * none leaves the folder or meets the temporary files of a folder store.
 */
export function isObjectKey(text: string): boolean {
  return KEY.test(text);
}

/** The key. @throws RangeError when it is none */
export function checkedKey(key: string): string {
  if (!isObjectKey(key)) throw new RangeError(`not a key of a ledger object: ${JSON.stringify(key)}`);
  return key;
}

/** The beginning of keys, as {@link ObjectStore.list} takes it. @throws RangeError when no key can start so */
export function checkedPrefix(prefix: string): string {
  checkedKey(`${prefix}x`);
  return prefix;
}
