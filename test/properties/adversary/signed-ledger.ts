import { generateKeyPairSync, sign } from 'node:crypto';

import type { KMSClient } from '@aws-sdk/client-kms';

import type { SandboxBucket, SandboxObject } from '../../../sandbox/organization/bucket.ts';
import type { ServerState } from '../../../sandbox/server/server-state.ts';
import type { ObjectStore } from '../../../src/ledger/object-store.ts';
import type { Build } from '../build-under-test.ts';
import type { Built } from '../building.ts';
import { clientsInProcess } from '../in-process.ts';
import type { StagedLedger } from '../stage.ts';

const KEY = 'arn:aws:kms:us-east-1:999999999999:alias/keysweep-ledger';

/** Signs in this process, and as KMS answers. */
function signer(createdAt: Date): KMSClient {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const answer = ({ input }: { readonly input: object }): object =>
    'Message' in input
      ? { Signature: sign('sha256', input.Message as Buffer, privateKey) }
      : {
          PublicKey: publicKey.export({ type: 'spki', format: 'der' }),
          KeyMetadata: { CreationDate: createdAt },
        };
  return {
    send: (command: { readonly input: object }) => Promise.resolve(answer(command)),
  } as unknown as KMSClient;
}

/** A deployed ledger, and what an attacker may do to its bucket: store and remove, but not sign. */
export interface SignedLedger extends StagedLedger {
  readonly bucket: SandboxBucket;
  /** Called before each operation of keysweep. */
  onOperation: (operation: Operation) => void;
  /** Keys of what a run has read, until it ended, that keysweep had not stored. */
  readonly read: Set<string>;
  /** Whether that run is at work. */
  isAtWork: boolean;
  /** What an attacker stored; and removed, by key. */
  readonly forged: WeakSet<SandboxObject>;
  readonly removed: Set<string>;
  /** Those of a run that had not ended yet. */
  readonly removedEarly: Set<string>;
}

export interface Operation {
  readonly name: 'get' | 'list' | 'store';
  readonly key: string;
}

export function openSignedLedger(server: ServerState, built: Built, build: Build): SignedLedger {
  const { organization, operator } = built;
  const kms = signer(organization.clock.now());
  const bucket = organization.addBucket('ledger');
  bucket.versioning = 'Enabled';
  const credentials = { accessKeyId: operator.accessKeyId, secretAccessKey: 'secret' };
  const { s3 } = clientsInProcess(server, credentials);
  const now = (): Date => organization.clock.now();
  const open = (): ObjectStore => {
    const signing = build.openSigning({ kms, keyId: KEY, organizationId: organization.id, now });
    return { ...build.openBucket({ client: s3, bucket: bucket.name, prefix: '', signing }), now };
  };
  const ledger: SignedLedger = {
    bucket,
    objects: new Map(),
    onOperation: () => undefined,
    read: new Set(),
    isAtWork: false,
    forged: new WeakSet(),
    removed: new Set(),
    removedEarly: new Set(),
    open: () => watched(open(), ledger),
  };
  return ledger;
}

/** Retention removes these, too: `keysweep verify` tells them apart. */
const REMOVABLE = /^(locks|runs)\//;

function watched(store: ObjectStore, ledger: SignedLedger): ObjectStore {
  const { objects, bucket } = ledger;
  const noteStored = (key: string, body: string): void => {
    objects.set(key, body);
    ledger.removed.delete(key);
  };
  const meet = (name: Operation['name'], key: string): void => {
    ledger.onOperation({ name, key });
    const current = bucket.objects.get(key);
    const isRemoved = ledger.removed.has(key) && !REMOVABLE.test(key);
    const isForged = current ? ledger.forged.has(current) : isRemoved;
    if (name === 'get' && isForged && ledger.isAtWork) ledger.read.add(key);
  };
  return {
    ...store,
    put: async (key, body) => {
      meet('store', key);
      await store.put(key, body);
      noteStored(key, body);
      if (key.endsWith('/summary.json')) ledger.isAtWork = false;
    },
    putNew: async (key, body) => {
      meet('store', key);
      const isNew = await store.putNew(key, body);
      if (isNew) noteStored(key, body);
      return isNew;
    },
    update: async (key, change) => {
      meet('get', key);
      let stored: string | undefined;
      await store.update(key, (body) => (stored = change(body)));
      if (stored !== undefined) noteStored(key, stored);
    },
    get: (key) => {
      meet('get', key);
      return store.get(key);
    },
    list: (prefix) => {
      meet('list', prefix);
      return store.list(prefix);
    },
    listFolders: (prefix) => {
      meet('list', prefix);
      return store.listFolders(prefix);
    },
    remove: async (key) => {
      await store.remove(key);
      objects.delete(key);
    },
  };
}
