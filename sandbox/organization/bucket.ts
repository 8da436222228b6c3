import type { SandboxAccount } from './account.ts';
import { Directory } from './sorted-map.ts';

export interface SandboxObject {
  readonly key: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly modifiedAt: number;
  readonly contentType: string;
  /** Checksum and metadata headers, as they were sent. */
  readonly headers: Readonly<Record<string, string>>;
}

export class SandboxBucket {
  readonly name: string;
  readonly owner: SandboxAccount;
  readonly createdAt: number;
  versioning: 'Enabled' | 'Suspended' | undefined;
  /** Whether all four kinds of public access are blocked. */
  blocksPublicAccess = true;
  readonly objects = new Directory<SandboxObject>(
    (object) => object.key,
    (key) => key,
  );

  constructor(name: string, owner: SandboxAccount, createdAt: number) {
    this.name = name;
    this.owner = owner;
    this.createdAt = createdAt;
  }
}
