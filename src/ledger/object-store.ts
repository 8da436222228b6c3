/** The little that a ledger needs from where it is kept: a folder on disk or an S3 bucket. Keys are relative, with `/`. */
export interface ObjectStore {
  /** Where it is, for people: a path or an s3:// URL. */
  readonly location: string;
  /** Stores or replaces; durable when the promise resolves. */
  put(key: string, body: string): Promise<void>;
  /** Stores unless the key exists; false when it does. Atomic: of two callers one gets true. Durable when it resolves. */
  putNew(key: string, body: string): Promise<boolean>;
  /** The stored text; undefined when there is none. */
  get(key: string): Promise<string | undefined>;
  /** All keys that start with the prefix, sorted by code unit. */
  list(prefix: string): Promise<string[]>;
  remove(key: string): Promise<void>;
}
