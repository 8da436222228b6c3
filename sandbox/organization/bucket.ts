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

export class SandboxBucket {
  readonly name: string;
  readonly owner: SandboxAccount;
  readonly createdAt: number;
  versioning: 'Enabled' | 'Suspended' | undefined;
  /** Whether all four settings of the public access block are on. */
  blocksPublicAccess = true;
  readonly objects = new SortedMap<SandboxObject>(
    (object) => object.key,
    (key) => key,
  );

  constructor(name: string, owner: SandboxAccount, createdAt: number) {
    this.name = name;
    this.owner = owner;
    this.createdAt = createdAt;
  }
}
