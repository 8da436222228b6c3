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

/** Reads the public key when it is first needed, and verifies without calls from then on. */
export function openSigning({ kms, keyId, organizationId, now }: SigningOptions): Signing {
  let key: Promise<VerifyingKey> | undefined;
  const verifyingKey = (): Promise<VerifyingKey> =>
    (key ??= readKey(kms, keyId).catch((error: unknown) => {
      key = undefined;
      throw error;
    }));
  const message = (objectKey: string, body: string, signedAt: string): Buffer =>
    Buffer.from(['keysweep ledger 1', organizationId, objectKey, signedAt, sha256(body)].join('\n'));
  return {
    sign: async (objectKey, body) => {
      const signedAt = now().toISOString();
      const Message = message(objectKey, body, signedAt);
      const input = { KeyId: keyId, Message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
      const { Signature } = await calling('kms:Sign', kms.send(new SignCommand(input)));
      const { publicKey } = await verifyingKey();
      if (!Signature || !verify('sha256', Message, publicKey, Signature))
        throw invalidResponse('kms:Sign', 'WrongSignature', `the response has no signature of ${objectKey}`);
      return { [SIGNATURE]: Buffer.from(Signature).toString('base64'), [SIGNED_AT]: signedAt };
    },
    check: async ({ key: objectKey, body, metadata, lastModified }) => {
      const { publicKey, createdAt } = await verifyingKey();
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
  const getting = kms.send(new GetPublicKeyCommand({ KeyId }));
  const { PublicKey, KeyId: arn } = await calling('kms:GetPublicKey', getting);
  const { KeyMetadata } = await calling('kms:DescribeKey', kms.send(new DescribeKeyCommand({ KeyId })));
  const created = KeyMetadata?.CreationDate?.getTime();
  // The one has the ARN of the key, the other also its ID.
  if (!PublicKey || created === undefined || KeyMetadata?.KeyId !== arn?.split('/').at(-1))
    throw invalidResponse(
      'kms:GetPublicKey',
      'IncompleteAnswer',
      'the responses have no key, no date, or two keys',
    );
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  // Times of objects have no milliseconds.
  return { publicKey, createdAt: new Date(created - (created % 1000)) };
}
