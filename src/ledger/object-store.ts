/** Storage of a ledger: a folder on disk or an S3 bucket. Keys and names are sorted by code unit. */
export interface ObjectStore {
  /** A path or an s3:// URL, for messages. */
  readonly location: string;
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
  /** Names of the folders directly below a prefix that is empty or ends with `/`. */
  listFolders(prefix: string): Promise<string[]>;
  /** Does nothing if the key does not exist. */
  remove(key: string): Promise<void>;
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
