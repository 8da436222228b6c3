import { randomUUID } from 'node:crypto';
import type { SandboxAccount } from './account.ts';
import { SortedMap } from './sorted-map.ts';

export interface SandboxObject {
  readonly key: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly modifiedAt: number;
  readonly contentType: string;
  /** Checksum and metadata headers, as sent. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Without an object: a delete marker. */
export interface SandboxVersion {
  readonly key: string;
  readonly versionId: string;
  readonly modifiedAt: number;
  readonly object: SandboxObject | undefined;
}

export class SandboxBucket {
  readonly name: string;
  readonly owner: SandboxAccount;
  readonly createdAt: number;
  versioning: 'Enabled' | 'Suspended' | undefined;
  /** Undefined: it can be addressed in every Region. */
  region: string | undefined;
  /** Whether all four settings of the public access block are on. */
  blocksPublicAccess = true;
  readonly objects = new SortedMap<SandboxObject>(
    (object) => object.key,
    (key) => key,
  );

  /** Of a versioned bucket, newest first. */
  readonly versions = new Map<string, readonly SandboxVersion[]>();

  constructor(name: string, owner: SandboxAccount, createdAt: number) {
    this.name = name;
    this.owner = owner;
    this.createdAt = createdAt;
  }

  put(object: SandboxObject): void {
    this.objects.add(object);
    this.#addVersion({ ...object, object });
  }

  delete(key: string, modifiedAt: number): void {
    const object = this.objects.get(key);
    if (object) this.objects.remove(object);
    this.#addVersion({ key, modifiedAt, object: undefined });
  }

  /** The version below the one that is removed becomes the object, if it is the newest. */
  deleteVersion(key: string, versionId: string): void {
    const left = (this.versions.get(key) ?? []).filter((version) => version.versionId !== versionId);
    this.versions.set(key, left);
    const current = this.objects.get(key);
    if (current) this.objects.remove(current);
    if (left[0]?.object) this.objects.add(left[0].object);
  }

  #addVersion({ key, modifiedAt, object }: Omit<SandboxVersion, 'versionId'>): void {
    if (this.versioning !== 'Enabled') return;
    const version = { key, modifiedAt, object, versionId: randomUUID() };
    this.versions.set(key, [version, ...(this.versions.get(key) ?? [])]);
  }
}
