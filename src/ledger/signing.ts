import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { DescribeKeyCommand, GetPublicKeyCommand, SignCommand, type KMSClient } from '@aws-sdk/client-kms';

import { sha256 } from '../config/hash.ts';
import { calling, invalidResponse } from '../aws/calling.ts';

/** An object as S3 returns it. */
export interface StoredObject {
  readonly key: string;
  readonly body: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModified: Date | undefined;
}

/** Of objects in S3: docs/adr/0018-ledger-that-can-be-verified.md */
export interface Signing {
  /** @returns user metadata for the object @throws CallFailedError */
  sign(key: string, body: string): Promise<Readonly<Record<string, string>>>;
  /** @returns what is wrong; undefined: nothing @throws CallFailedError when the key cannot be read */
  check(object: StoredObject): Promise<'changed' | 'rolled-back' | undefined>;
}

export interface SigningOptions {
  readonly kms: KMSClient;
  /** ARN of the key or its alias, from the configuration. */
  readonly keyId: string;
  readonly organizationId: string;
  readonly now: () => Date;
}

const SIGNATURE = 'keysweep-signature';
const SIGNED_AT = 'keysweep-signed-at';

/** Between a signature and the time that S3 gives the object: retries, and two clocks. */
const MAX_MINUTES_APART = 15;

/** Reads the public key at the first check, and verifies without calls from then on. */
export function openSigning({ kms, keyId, organizationId, now }: SigningOptions): Signing {
  let key: Promise<VerifyingKey> | undefined;
  const message = (objectKey: string, body: string, signedAt: string): Buffer =>
    Buffer.from(['keysweep ledger 1', organizationId, objectKey, signedAt, sha256(body)].join('\n'));
  return {
    sign: async (objectKey, body) => {
      const signedAt = now().toISOString();
      const Message = message(objectKey, body, signedAt);
      const input = { KeyId: keyId, Message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
      const { Signature } = await calling('kms:Sign', kms.send(new SignCommand(input)));
      if (!Signature) throw invalidResponse('kms:Sign', 'IncompleteAnswer', 'the response has no signature');
      return { [SIGNATURE]: Buffer.from(Signature).toString('base64'), [SIGNED_AT]: signedAt };
    },
    check: async ({ key: objectKey, body, metadata, lastModified }) => {
      key ??= readKey(kms, keyId);
      const { publicKey, createdAt } = await key.catch((error: unknown) => {
        key = undefined;
        throw error;
      });
      // S3 gives nothing that was put since an earlier time, so this is from before the ledger was signed.
      if (lastModified && lastModified < createdAt) return undefined;
      const { [SIGNATURE]: signature = '', [SIGNED_AT]: signedAt = '' } = metadata;
      const signed = message(objectKey, body, signedAt);
      if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64'))) return 'changed';
      const apart = Math.abs(Number(lastModified) - Date.parse(signedAt));
      return apart <= MAX_MINUTES_APART * 60_000 ? undefined : 'rolled-back';
    },
  };
}

interface VerifyingKey {
  readonly publicKey: KeyObject;
  readonly createdAt: Date;
}

async function readKey(kms: KMSClient, KeyId: string): Promise<VerifyingKey> {
  const { PublicKey } = await calling('kms:GetPublicKey', kms.send(new GetPublicKeyCommand({ KeyId })));
  const { KeyMetadata } = await calling('kms:DescribeKey', kms.send(new DescribeKeyCommand({ KeyId })));
  const created = KeyMetadata?.CreationDate?.getTime();
  if (!PublicKey || created === undefined)
    throw invalidResponse('kms:GetPublicKey', 'IncompleteAnswer', 'the response has no key or no date');
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  // Times of objects have no milliseconds.
  return { publicKey, createdAt: new Date(created - (created % 1000)) };
}
